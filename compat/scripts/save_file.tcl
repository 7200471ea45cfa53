# Messages are saved in a folder and read back.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "Saved on disk.\nSecond line.\n" \
    -header {From saver@example.com} -header {To keeper@example.com} -header {Subject {Copy on file}}]
set f [open saved.eml w]
fconfigure $f -translation binary
mime::copymessage $t $f
close $f
mime::finalize $t

set f [open saved.eml r]
fconfigure $f -translation binary
set raw [read $f]
close $f
puts "header lines: [llength [split [string range $raw 0 [string first \r\n\r\n $raw]] \n]]"
set t [mime::initialize -file saved.eml]
puts "subject: [lindex [mime::getheader $t Subject] 0]"
puts "content: [mime::getproperty $t content], size [mime::getproperty $t size]"
puts "body: [string map {\r {}} [mime::getbody $t]]"
puts [smtp::sendmessage $t -servers mailhost -originator saver@example.com -recipients keeper@example.com]
mime::finalize $t
file delete saved.eml
