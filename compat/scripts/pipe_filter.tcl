# From procmail: a whole message on stdin goes on to someone else, with a header more.
package require mime
package require smtp
fconfigure stdin -translation binary
set tok [mime::initialize -string [read stdin]]
mime::setheader $tok X-Filtered-By "pipe_filter" -mode append
set subject [lindex [mime::getheader $tok Subject] 0]
if {[regexp -nocase {make money} $subject]} { puts "dropped"; exit 0 }
puts "passing on: $subject"
puts [smtp::sendmessage $tok -servers localhost -originator filter@example.com -recipients [lindex $argv 0]]
mime::finalize $tok
