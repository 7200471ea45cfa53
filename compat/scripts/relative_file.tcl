# The part's file is named from the folder at that time; the script has moved on since.
package require mime
package require smtp
file mkdir sub
set f [open sub/note.txt w]; puts $f "in the folder"; close $f
cd sub
set t [mime::initialize -canonical text/plain -file note.txt]
cd ..
puts [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com} r]
puts [file exists note.txt]
mime::finalize $t
