# A queue of jobs in the event loop: each mail is sent from an `after`, and orders the next.
package require mime
package require smtp
set queue {1 2 3}
proc job {} {
    global queue result
    if {![llength $queue]} { set ::all 1; return }
    set n [lindex $queue 0]
    set queue [lrange $queue 1 end]
    set t [mime::initialize -canonical text/plain -string "job $n\n"]
    set result($n) [smtp::sendmessage $t -servers mailhost -originator job$n@example.com \
        -recipients boss@example.com -header [list Subject "job $n"]]
    mime::finalize $t
    after 2 job
}
after 1 job
vwait all
foreach n [lsort [array names result]] { puts "$n <$result($n)>" }
