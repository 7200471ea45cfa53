# Behind a NAT the own name is told by hand: -client.
package require mime
package require smtp
foreach client {gw.example.com {[192.0.2.77]}} {
    set t [mime::initialize -canonical text/plain -string "hello from $client\n"]
    puts [smtp::sendmessage $t -client $client -servers mailhost -originator a@example.com -recipients b@example.com]
    mime::finalize $t
}
