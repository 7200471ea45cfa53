# Date and Message-ID are given by the script; they stay as they are.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com \
    -header {Date "Mon, 3 Nov 2003 10:00:00 +0100"} -header {Message-ID <fixed.1@example.com>} -header {Subject dated}]
mime::setheader $t Date "Tue, 4 Nov 2003 10:00:00 +0100"
mime::setheader $t Message-ID <fixed.2@example.com>
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header {Subject {dated on the token}}]
mime::finalize $t
