# The message is prepared before its file is written, and the file is found from the folder of then.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -file late.txt]
file mkdir later
cd later
set f [open late.txt w]; puts $f "written later"; close $f
puts [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com} r]
puts [catch {mime::getbody $t} r]
mime::finalize $t
