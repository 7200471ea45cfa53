# A page for the pager: all in the subject, nothing below.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string ""]
puts "size [mime::getproperty $t size], body <[mime::getbody $t]>"
puts [smtp::sendmessage $t -servers mailhost -originator nagios@example.com \
    -recipients 5551234@pager.example.net -header {Subject "gw1 DOWN"}]
mime::finalize $t
set t [mime::initialize -canonical text/plain -string "\n"]
puts [smtp::sendmessage $t -servers mailhost -originator nagios@example.com \
    -recipients 5551234@pager.example.net -header {Subject "gw1 UP"}]
mime::finalize $t
