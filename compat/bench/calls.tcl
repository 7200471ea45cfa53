# Makes one call on a long text, again and again for a fifth of a second; prints the seconds that a call took.
package require mime

proc repeated {text length} { string range [string repeat $text [expr {$length / [string length $text] + 1}]] 0 $length-1 }

proc qp_encode octets {
    set text "Une ligne de texte, assez longue pour \u00eatre coup\u00e9e \u00e0 la limite, et des mots accentu\u00e9s : \u00e9t\u00e9, o\u00f9.\n"
    list mime::qp_encode [encoding convertto utf-8 [repeated $text $octets]]
}

proc parseaddress count {
    set addresses {}
    for {set i 0} {$i < $count} {incr i} { lappend addresses "\"Doe, John $i\" <user.$i@example.org> (number $i)" }
    list mime::parseaddress [join $addresses ", "]
}

proc field_decode length {
    list mime::field_decode [repeated "Some words, =?iso-8859-1?Q?un_caf=E9?= =?utf-8?B?w6l0w6k=?= and more words " $length]
}

set call [[lindex $argv 0] [lindex $argv 1]]
set count 0
set start [clock microseconds]
while 1 {
    {*}$call
    incr count
    set spent [expr {[clock microseconds] - $start}]
    if {$spent > 200000} break
}
puts [expr {$spent / 1e6 / $count}]
