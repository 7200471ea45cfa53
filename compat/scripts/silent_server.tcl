# A server that takes everything and then says nothing: sendmessage gives up after -maxsecs.
package require mime
package require smtp
proc accept {s args} {
    fconfigure $s -blocking 0 -translation crlf -buffering line
    fileevent $s readable [list answer $s]
    puts $s "220 I am listening"
}
proc answer {s} {
    if {[gets $s line] < 0} { if {[eof $s]} { close $s }; return }
    if {$::silent} return
    if {$line eq "DATA"} { set ::silent 1; puts $s "354 tell me" } else { puts $s "250 yes" }
}
set silent 0
set l [socket -server accept -myaddr 127.0.0.1 0]
set t [mime::initialize -canonical text/plain -string "anybody?\n"]
set failed [catch {smtp::sendmessage $t -maxsecs 1 -servers 127.0.0.1 \
    -ports [lindex [fconfigure $l -sockname] 2] -originator a@example.com -recipients b@example.com} err]
puts "failed [expr {$failed != 0}], silent $silent"
close $l
mime::finalize $t
