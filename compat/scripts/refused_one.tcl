# Tells which recipients the server did not like.
package require mime
package require smtp

set token [mime::initialize -canonical text/plain -string "Lunch is at noon.\n"]
set result [smtp::sendmessage $token -servers mailhost -atleastone 1 \
    -header {From secretary@example.com} \
    -header {To "ann@example.com, gone@example.com, bob@example.com"} \
    -header {Subject Lunch}]
puts "refused [llength $result]"
foreach entry $result {
    puts "  address: [lindex $entry 0]"
    puts "  code:    [lindex $entry 1]"
    puts "  text:    [lindex $entry 2]"
}
mime::finalize $token
