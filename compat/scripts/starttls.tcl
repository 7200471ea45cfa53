# The server offers STARTTLS, and it is used if it can be.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "over TLS where there is one\n"]
puts [smtp::sendmessage $t -servers smtp.example.com -ports 587 -usetls 1 \
    -originator a@example.com -recipients b@example.com -header {Subject tls}]
mime::finalize $t
