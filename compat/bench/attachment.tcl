# Copies a part with an attachment from a file, in base64, to a channel: `text`, as a channel is by itself, or `binary`.
# Prints the seconds, and by how many MiB the process needed more memory than before.
package require mime

proc memory field {
    set channel [open /proc/self/status]
    set found [regexp "$field:\\s+(\\d+)" [read $channel] -> kibibytes]
    close $channel
    return [expr {$found ? $kibibytes / 1024.0 : 0}]
}

# Makes the peak that the system keeps the memory of this moment, where the system lets us.
proc forget_peak {} {
    catch {
        set channel [open /proc/self/clear_refs w]
        puts -nonewline $channel 5
        close $channel
    }
}

set token [mime::initialize -canonical application/octet-stream -encoding base64 \
    -file [file join $env(BENCH_FOLDER) attachment.bin]]
set channel [open /dev/null w]
if {[lindex $argv 0] eq "binary"} { fconfigure $channel -translation binary }
forget_peak
set idle [memory VmRSS]
set start [clock microseconds]
mime::copymessage $token $channel
set seconds [expr {([clock microseconds] - $start) / 1e6}]
puts "$seconds [expr {[memory VmHWM] - $idle}]"
