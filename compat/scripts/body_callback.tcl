# Reads a large body in pieces, to count its lines and to stop early.
package require mime
set tok [mime::initialize -canonical text/plain -string [string repeat "0123456789\n" 500]]
proc count {what {data ""}} {
    global lines calls
    switch -- $what {
        data  { incr calls; incr lines [expr {[llength [split $data \n]] - 1}] }
        end   { return "end after $calls calls" }
        error { return "error: $data" }
    }
}
set calls 0; set lines 0
puts [mime::getbody $tok -command count -blocksize 1024]
puts "$lines lines"
proc upto {max what args} {
    global got
    if {$what == "data"} {
        incr got [string length [lindex $args 0]]
        if {$got > $max} { error "enough" }
        return
    }
    return "$what [lindex $args 0]"
}
set got 0
puts [mime::getbody $tok -command [list upto 1500] -blocksize 1000]
puts $got
puts [string length [mime::getbody $tok -blocksize 100 -command {lappend all}]]
puts [llength $all]
mime::finalize $tok
