# Does not wait longer than two minutes for an answer.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "hurry\n"]
puts [smtp::sendmessage $t -maxsecs 120 -servers mailhost -originator a@example.com -recipients b@example.com]
mime::finalize $t
