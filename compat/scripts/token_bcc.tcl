# Bcc is set on the message in place of -header, and everything goes to -recipients.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
mime::setheader $t To a@example.com
mime::setheader $t Bcc secret@example.com
puts [smtp::sendmessage $t -servers mailhost -originator o@example.com -recipients "a@example.com,secret@example.com"]
mime::finalize $t
