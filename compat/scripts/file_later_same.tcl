# The message is prepared before its file is written.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -file late.txt]
puts [catch {mime::getproperty $t size} r]
set f [open late.txt w]; puts $f "written later"; close $f
puts [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com} r]
puts [catch {mime::getbody $t} r]$r
mime::finalize $t
