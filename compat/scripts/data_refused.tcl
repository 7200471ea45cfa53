# The server refuses DATA once, the script waits a little and sends again.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "at the second attempt\n"]
set try 0
while {[catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com} err]} {
    puts "attempt [incr try] failed"
    if {$try > 3} { exit 1 }
    after 10
}
puts "result <$err> after $try failures"
mime::finalize $t
