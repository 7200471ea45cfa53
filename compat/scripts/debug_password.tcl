# -debug in a cron job whose output is mailed around. What it shows is for humans.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [smtp::sendmessage $t -debug 1 -client me.example.com -servers mailhost -username joe -password geheim \
    -originator joe@example.com -recipients ann@example.com]
mime::finalize $t
