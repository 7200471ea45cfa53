# A server that knows HELO only.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "hello, old one\n"]
puts [smtp::sendmessage $t -client oldtimer.example.com -servers gw1 -originator a@example.com -recipients b@example.com]
mime::finalize $t
