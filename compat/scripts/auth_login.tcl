# The provider wants a password.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "authenticated\n"]
puts [smtp::sendmessage $t -servers smtp.example.com -ports 587 -username joe -password "s3cret pass" \
    -originator joe@example.com -recipients ann@example.com -header {Subject auth}]
mime::finalize $t
