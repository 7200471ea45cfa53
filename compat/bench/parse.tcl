# Parses a message from a file and reads the bodies of all its parts; prints the seconds.
package require mime

proc read_bodies token {
    if {[catch { mime::getproperty $token parts } parts]} { return [string length [mime::getbody $token]] }
    set length 0
    foreach part $parts { incr length [read_bodies $part] }
    return $length
}

set start [clock microseconds]
set token [mime::initialize -file [file join $env(BENCH_FOLDER) multipart.eml]]
if {![read_bodies $token]} { error "no bodies" }
mime::finalize $token -subordinates all
puts [expr {([clock microseconds] - $start) / 1e6}]
