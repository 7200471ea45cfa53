# A message as a Windows program saved it: every line ends in CR LF.
package require mime
package require smtp
set f [open windows.eml w]
fconfigure $f -translation crlf
puts $f "From: win@example.com\nSubject: from Windows\nContent-Type: text/html; charset=us-ascii\n\n<p>hello</p>"
close $f
set t [mime::initialize -file windows.eml]
puts "type [mime::getproperty $t content]"
puts "subject [lindex [mime::getheader $t Subject] 0]"
puts [smtp::sendmessage $t -servers mailhost -originator win@example.com -recipients lin@example.com]
mime::finalize $t
file delete windows.eml
