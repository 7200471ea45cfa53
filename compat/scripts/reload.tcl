# An application that reloads its packages.
package require smtp
set t [mime::initialize -canonical text/plain -string "before\n"]
package forget smtp
package require smtp
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com]
package forget mime
package require mime
puts [catch {mime::getbody $t} r]
