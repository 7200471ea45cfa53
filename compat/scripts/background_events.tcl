# While the mail goes out, a timer goes on: the event loop is alive in sendmessage.
package require mime
package require smtp

set ticks 0
proc tick {} { incr ::ticks; after 5 tick }
proc connect {s args} {
    fconfigure $s -blocking 0 -translation crlf -buffering line
    fileevent $s readable [list line $s]
    after 60 [list puts $s "220 slow server"]
}
proc line s {
    if {[gets $s l] < 0} { if {[eof $s]} {close $s}; return }
    if {$l == "."} { set ::in 0; after 60 [list puts $s "250 at last"]; return }
    if {$::in} return
    switch -glob $l { DATA { set ::in 1; puts $s "354 x" } QUIT { puts $s "221 x"; close $s } default { puts $s "250 x" } }
}
set in 0
set l [socket -server connect -myaddr 127.0.0.1 0]
tick
set m [mime::initialize -canonical text/plain -string "slowly\n"]
set r [smtp::sendmessage $m -servers 127.0.0.1 -ports [lindex [fconfigure $l -sockname] 2] \
    -originator a@example.com -recipients b@example.com -maxsecs 30]
after cancel tick
puts "result <$r>, the clock went on: [expr {$ticks > 5}]"
close $l
mime::finalize $m
exit
