# The server says how large a message may be.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string [string repeat "0123456789\n" 1000]]
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com]
