# Prints what it is told when the mail does not go out.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
set code [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients "b@example.com, c@example.com"} err]
puts "mail: $err"
mime::finalize $t
