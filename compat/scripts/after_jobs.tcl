# Three mails are on their way at once, each from its own `after`.
package require mime
package require smtp
proc job {n} {
    set t [mime::initialize -canonical text/plain -string "job $n\n"]
    set ::result($n) [smtp::sendmessage $t -servers mailhost -originator job$n@example.com \
        -recipients boss@example.com -header [list Subject "job $n"]]
    mime::finalize $t
    if {[array size ::result] == 3} { set ::all 1 }
}
foreach n {1 2 3} { after [expr {$n * 2}] [list job $n] }
vwait all
foreach n [lsort [array names result]] { puts "$n <$result($n)>" }
