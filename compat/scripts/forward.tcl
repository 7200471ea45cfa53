# Forwards a message as an attachment: message/rfc822.
package require mime
package require smtp
set dir [file join [file dirname [info script]] files]
set orig [mime::initialize -file [file join $dir licence.eml]]
set subject [lindex [mime::getheader $orig Subject] 0]
set note [mime::initialize -canonical text/plain -string "FYI: see below.\n"]
set att [mime::initialize -canonical message/rfc822 -parts [list $orig]]
mime::setheader $att Content-Description "forwarded message"
set fwd [mime::initialize -canonical multipart/mixed -parts [list $note $att]]
mime::setheader $fwd Subject "Fwd: $subject"
puts [mime::getproperty $att content]
puts [llength [mime::getproperty $att parts]]
puts [smtp::sendmessage $fwd -servers mailhost -originator ann@example.com -recipients bob@example.com]
mime::finalize $fwd -subordinates all
