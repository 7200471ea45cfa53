# Greylisting: try again with the same token while the server says 4xx.
package require mime
package require smtp

proc deliver {token tries args} {
    for {set i 1} {$i <= $tries} {incr i} {
        set code [catch {eval [linsert $args 0 smtp::sendmessage $token]} result]
        if {!$code && [llength $result] == 0} {
            return "delivered at attempt $i"
        }
        foreach r $result {
            foreach {who why text} $r break
            puts "attempt $i: $who $why"
        }
        after 20
    }
    return "given up after $tries attempts"
}

set t [mime::initialize -canonical text/plain -string "The queue is stuck.\n"]
puts [deliver $t 4 -servers mail2 -atleastone 1 -originator cron@example.com \
    -recipients admin@example.com]
mime::finalize $t
