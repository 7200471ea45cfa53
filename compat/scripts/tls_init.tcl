# With the tls package, if it is installed.
if {[catch {package require tls}]} { puts "no tls"; exit }
tls::init -require 0 -ssl2 0 -ssl3 0 -tls1 1
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [smtp::sendmessage $t -servers smtp.example.com -usetls 1 -originator a@example.com -recipients b@example.com]
