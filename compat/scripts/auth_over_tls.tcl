# Submission as providers want it: STARTTLS, then the password. The policy accepts their certificate.
package require mime
package require smtp
proc any {code diagnostic} { return insecure }
set t [mime::initialize -canonical text/plain -string "submitted\n"]
puts "[catch {smtp::sendmessage $t -servers smtp.example.com -ports 587 -tlspolicy any \
    -username joe -password secret -originator joe@example.com -recipients ann@example.com} r] <$r>"
mime::finalize $t
