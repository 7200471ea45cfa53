# A server that tells its extensions in lower case.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com]
mime::finalize $t
