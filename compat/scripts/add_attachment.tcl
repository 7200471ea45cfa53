# Adds a disclaimer to a message that was read: its parts in a new multipart.
package require mime
package require smtp
set in [mime::initialize -file [file join [file dirname [info script]] files licence.eml]]
set note [mime::initialize -canonical text/plain -string "Checked for viruses.\n"]
set out [mime::initialize -canonical multipart/mixed -parts [concat [mime::getproperty $in parts] [list $note]]]
foreach n {From Subject Message-ID} { mime::setheader $out $n [lindex [mime::getheader $in $n] 0] }
puts [smtp::sendmessage $out -servers mailhost -originator gw@example.com -recipients ann@example.com]
puts [llength [mime::getproperty $out parts]]
mime::finalize $out -subordinates all
puts [catch {mime::getbody [lindex [mime::getproperty $in parts] 0]}]
