# -debug 1 shows the dialogue on stderr; the script's own words go to stdout.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "look at stderr\n"]
puts [smtp::sendmessage $t -debug 1 -client client.example.com -servers mailhost \
    -originator debug@example.com -recipients ann@example.com -header {Subject debugging}]
mime::finalize $t
