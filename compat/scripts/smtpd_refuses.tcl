# The same bench, with a server that refuses one in three.
package require mime
package require smtp
set ::n 0
proc take {s a p} {
    fconfigure $s -blocking 0 -translation crlf -buffering line
    fileevent $s readable "talk $s"
    puts $s "220 test ESMTP"
}
proc talk s {
    global n indata
    if {[gets $s l] < 0} { if {[eof $s]} {close $s}; return }
    if {[info exists indata($s)]} {
        if {$l eq "."} { unset indata($s); puts $s "250 2.0.0 OK" }
        return
    }
    switch -glob -- [string toupper $l] {
        EHLO*   { puts $s "250-test\n250 HELP" }
        RCPT*   { if {[incr n] % 3 == 0} { puts $s "550-no such user\n550 really" } else { puts $s "250 OK" } }
        DATA    { set indata($s) 1; puts $s 354 }
        QUIT    { puts $s "221 2.0.0 bye"; close $s }
        default { puts $s "250 OK" }
    }
}
set srv [socket -server take -myaddr localhost 0]
set tok [mime::initialize -canonical text/plain -string "body"]
foreach {a b c} {u1 u2 u3 u4 u5 u6} {
    puts [smtp::sendmessage $tok -servers localhost -ports [lindex [fconfigure $srv -sockname] 2] -atleastone 1 \
        -originator o@example.com -recipients "$a@example.com,$b@example.com,$c@example.com"]
}
close $srv
mime::finalize $tok
