# The server refuses the sender: an error, not a list.
package require mime
package require smtp
set token [mime::initialize -canonical text/plain -string "spam spam spam\n"]
set code [catch {smtp::sendmessage $token -servers mailhost -originator spammer@example.net \
    -recipients ann@example.com} result]
puts "failed: [expr {$code != 0}]"
puts [string match *blocked* $result]
# One that it likes goes through afterwards.
puts "again: [smtp::sendmessage $token -servers mailhost -originator me@example.com -recipients ann@example.com]"
mime::finalize $token
