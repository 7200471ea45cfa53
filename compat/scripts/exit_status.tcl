# The status of the script is the number of refused recipients.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
set bad [smtp::sendmessage $t -servers mailhost -atleastone 1 -originator a@example.com \
    -recipients "x1@example.com, x2@example.com, y@example.com, x3@example.com"]
mime::finalize $t
exit [llength $bad]
