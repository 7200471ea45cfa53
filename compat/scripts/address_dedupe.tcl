# Expands aliases, removes who is there twice, and mails the rest.
package require mime
package require smtp
set f [open [file join [file dirname [info script]] files aliases]]
while {[gets $f line] >= 0} {
    if {[regexp {^(\w+):\s*(.*)$} $line -> name value]} { set alias($name) $value }
}
close $f
proc expand {list seenVar} {
    upvar 1 $seenVar seen
    global alias
    set out {}
    foreach entry [mime::parseaddress $list] {
        array set a $entry
        if {$a(domain) eq "" || ![string match *@* $a(proper)]} {
            if {[info exists alias($a(local))]} { eval lappend out [expand $alias($a(local)) seen]; continue }
        }
        if {[info exists alias($a(local))]} { eval lappend out [expand $alias($a(local)) seen]; continue }
        set key [string tolower $a(address)]
        if {[info exists seen($key)]} continue
        set seen($key) 1
        lappend out $a(proper)
    }
    return $out
}
set all [expand "release, ANN@example.com, new@example.com" seen]
puts [join $all \n]
set t [mime::initialize -canonical text/plain -string "Release 2.1 is out.\n"]
puts "refused <[smtp::sendmessage $t -servers mailhost -originator release@example.com -recipients [join $all ,]]>"
mime::finalize $t
