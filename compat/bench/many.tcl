# Sends messages of 1 KiB, each on its own connection; prints the seconds that a message took: MESSAGES ?RECIPIENTS?
package require mime
package require smtp
set body [string repeat "A line of thirty-two characters\n" 32]
lassign $argv messages recipients
if {$recipients eq ""} { set recipients 1 }
for {set i 1} {$i <= $recipients} {incr i} { lappend to you$i@example.com }
set to [join $to {, }]
proc send {number} {
    set token [mime::initialize -canonical text/plain -string $::body]
    set refused [smtp::sendmessage $token -servers 127.0.0.1 -ports $::env(SINK_PORT) \
        -header {From me@example.com} -header [list To $::to] -header [list Subject "Message $number"]]
    mime::finalize $token
    if {[llength $refused]} { error "refused: $refused" }
}
proc run {messages} {
    for {set i 0} {$i < $messages} {incr i} { send $i }
}
run [expr {min(3, $messages)}]
set start [clock microseconds]
run $messages
puts [expr {([clock microseconds] - $start) / 1e6 / $messages}]
