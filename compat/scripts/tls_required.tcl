# TLS or nothing: the server offers none.
package require mime
package require smtp
proc policy {code diag} { puts "$code $diag"; return secure }
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [catch {smtp::sendmessage $t -servers smtp.example.com -usetls 1 -tlspolicy policy -originator a@example.com -recipients b@example.com} r]
