# A mail goes out while another one waits: from a timer, and in a server's handler.
package require mime
package require smtp
proc mail {n} {
    set t [mime::initialize -canonical text/plain -string "$n\n"]
    set r [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header [list Subject $n]]
    mime::finalize $t
    lappend ::order $n
    return $r
}
proc accept {s args} {
    fconfigure $s -blocking 0 -translation crlf -buffering line
    fileevent $s readable [list line $s]
    puts $s "220 x"
}
proc line s {
    if {[gets $s l] < 0} { if {[eof $s]} { close $s }; return }
    if {[string match MAIL* $l]} { mail inner }
    switch -glob $l { DATA { puts $s "354 x" } QUIT { puts $s "221 x"; close $s } default { if {$l eq "." || [regexp {^(EHLO|MAIL|RCPT|RSET)} $l]} { puts $s "250 x" } } }
}
set l [socket -server accept -myaddr 127.0.0.1 0]
set t [mime::initialize -canonical text/plain -string "outer text\n"]
puts <[smtp::sendmessage $t -servers 127.0.0.1 -ports [lindex [fconfigure $l -sockname] 2] -originator a@example.com -recipients b@example.com]>
lappend order outer
puts $order
