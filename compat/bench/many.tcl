# Sends messages of 1 KiB, each on its own connection; prints the seconds that a message took.
package require mime
package require smtp
set body [string repeat "A line of thirty-two characters\n" 32]
proc send {number} {
    set token [mime::initialize -canonical text/plain -string $::body]
    set refused [smtp::sendmessage $token -servers 127.0.0.1 -ports $::env(SINK_PORT) \
        -header {From me@example.com} -header {To you@example.com} -header [list Subject "Message $number"]]
    mime::finalize $token
    if {[llength $refused]} { error "refused: $refused" }
}
proc run {messages} {
    for {set i 0} {$i < $messages} {incr i} { send $i }
}
run 3
set messages [lindex $argv 0]
set start [clock microseconds]
run $messages
puts [expr {([clock microseconds] - $start) / 1e6 / $messages}]
