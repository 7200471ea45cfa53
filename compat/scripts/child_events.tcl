# A child sends while the parent's timer runs.
set c [interp create]
$c eval {
    package require mime
    package require smtp
    proc go {} {
        set t [mime::initialize -canonical text/plain -string "child\n"]
        set ::r [smtp::sendmessage $t -servers mailhost -originator c@example.com -recipients d@example.com]
        mime::finalize $t
    }
    after 5 go
}
set n 0
proc tick {} { incr ::n; after 1 tick }
tick
while {![$c eval {info exists r}]} { update }
puts "<[$c eval {set r}]> [expr {$n > 0}]"
interp delete $c
exit
