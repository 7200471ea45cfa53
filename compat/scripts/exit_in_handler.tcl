# The script ends in a timer while a mail is on its way.
package require mime
package require smtp
proc accept {s args} { lappend ::keep $s; puts $s "220 x"; flush $s }
set l [socket -server accept -myaddr 127.0.0.1 0]
after 200 { puts "giving up"; exit 4 }
set t [mime::initialize -canonical text/plain -string "x\n"]
smtp::sendmessage $t -servers 127.0.0.1 -ports [lindex [fconfigure $l -sockname] 2] -originator a@example.com -recipients b@example.com
puts never
