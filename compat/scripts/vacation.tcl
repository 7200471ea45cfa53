# An answering machine: one answer for each sender, threaded by In-Reply-To.
package require mime
package require smtp
set f [open [file join [file dirname [info script]] files mbox]]
set text "\n[read $f]"
close $f
while {[regexp -indices {\nFrom [^\n]*\n} $text where]} {
    set text [string range $text [expr {[lindex $where 1] + 1}] end]
    set end [string first "\nFrom " $text]
    set tok [mime::initialize -string [string range $text 0 [expr {$end < 0 ? "end" : $end}]]]
    array set from [lindex [mime::parseaddress [lindex [mime::getheader $tok From] 0]] 0]
    if {[string match -nocase mailer-daemon* $from(local)]} { puts "no answer to $from(address)"; continue }
    if {[info exists done($from(address))]} continue
    set done($from(address)) 1
    set re [mime::initialize -canonical text/plain -string "I am away until Monday.\n"]
    set id [lindex [mime::getheader $tok Message-ID] 0]
    puts "$from(friendly) $id <[smtp::sendmessage $re -servers localhost -originator requests@example.com \
        -header [list To $from(proper)] -header [list In-Reply-To $id] -header {Precedence junk} \
        -header [list Subject "Re: [lindex [mime::getheader $tok Subject] 0]"]]>"
    mime::finalize $tok
    mime::finalize $re
}
