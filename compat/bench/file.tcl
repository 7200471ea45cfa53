# Sends a message with an attachment from a file, in base64; prints the seconds.
package require mime
package require smtp
proc send {} {
    set token [mime::initialize -canonical application/octet-stream -encoding base64 \
        -file [file join $::env(BENCH_FOLDER) to_send.bin]]
    set refused [smtp::sendmessage $token -servers 127.0.0.1 -ports $::env(SINK_PORT) \
        -header {From me@example.com} -header {To you@example.com} -header {Subject {A file}}]
    mime::finalize $token
    if {[llength $refused]} { error "refused: $refused" }
}
set start [clock microseconds]
send
puts [expr {([clock microseconds] - $start) / 1e6}]
