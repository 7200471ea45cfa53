# Some servers are talkative when they refuse.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
foreach r [smtp::sendmessage $t -servers mailhost -atleastone 1 -originator a@example.com \
        -recipients "talk@example.com, ok@example.com, brief@example.com"] {
    puts "[lindex $r 0]: [lindex $r 1]: [lindex $r 2]"
}
mime::finalize $t
