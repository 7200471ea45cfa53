# Content-ID of a part that is generated, and used in HTML.
package require mime
package require smtp
set img [mime::initialize -canonical image/gif -param {name l.gif} -file [file join [file dirname [info script]] files logo.gif]]
set id [string trim [lindex [mime::getheader $img Content-ID] 0] <>]
set html [mime::initialize -canonical text/html -string "<img src=\"cid:$id\">\n"]
set m [mime::initialize -canonical multipart/related -parts [list $html $img]]
puts [string match "*cid:$id*" [mime::getbody $html]]
puts [smtp::sendmessage $m -servers mailhost -originator a@example.com -recipients b@example.com]
