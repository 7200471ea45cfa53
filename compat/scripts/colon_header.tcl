# A common mistake: the colon belongs to nobody.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header {Subject: hello}} r]$r
puts [catch {mime::setheader $t "X Bad" y} r]$r
puts [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com} r]$r
