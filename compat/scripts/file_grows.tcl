# The log grows between initialize and sendmessage.
package require mime
package require smtp
set f [open growing.log w]; puts $f "first"; close $f
set t [mime::initialize -canonical text/plain -file growing.log]
puts [mime::getproperty $t size]
set f [open growing.log a]; puts $f "second"; close $f
puts [mime::getproperty $t size]
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com]
puts [mime::getbody $t]
mime::finalize $t
