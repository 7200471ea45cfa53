# Port 465: TLS from the first octet on.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "wrapped in TLS\n"]
puts [smtp::sendmessage $t -servers smtp.example.com -ports 465 -tlsimport 1 \
    -originator a@example.com -recipients b@example.com -header {Subject smtps}]
mime::finalize $t
