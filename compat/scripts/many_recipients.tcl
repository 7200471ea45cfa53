# A long list of recipients in one transaction.
package require mime
package require smtp
set rcpts {}
for {set i 0} {$i < 250} {incr i} {
    lappend rcpts [format "User %03d <user%03d@dept%d.example.com>" $i $i [expr {$i % 7}]]
}
set t [mime::initialize -canonical text/plain -string "The cafeteria is closed on Friday.\n"]
set refused [smtp::sendmessage $t -servers mailhost -atleastone 1 -originator hr@example.com \
    -recipients [join $rcpts ,] -header {Subject Cafeteria}]
puts "[llength $rcpts] recipients, [llength $refused] refused"
foreach r $refused { puts [lindex $r 0] }
mime::finalize $t
