# Builds messages of 1 KiB and makes text of them; prints the seconds that a message took.
package require mime
set body [string repeat "A line of thirty-two characters\n" 32]
proc build {number} {
    set token [mime::initialize -canonical text/plain -string $::body -header {From me@example.com} \
        -header {To you@example.com} -header [list Subject "Message $number"]]
    set message [mime::buildmessage $token]
    mime::finalize $token
    return $message
}
proc run {messages} {
    for {set i 0} {$i < $messages} {incr i} { build $i }
}
run 3
set messages [lindex $argv 0]
set start [clock microseconds]
run $messages
puts [expr {([clock microseconds] - $start) / 1e6 / $messages}]
