# The certificate of the server has expired: TLS is switched off by hand.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "in the clear\n"]
puts [smtp::sendmessage $t -servers smtp.example.com -usetls no \
    -originator a@example.com -recipients b@example.com -header {Subject plain}]
mime::finalize $t
