# EDA: mails the violated paths of a timing report to the owners of the blocks.
package require mime
package require smtp

array set owner {u_fifo ann@example.com u_arb bob@example.com u_cfg cyd@example.org u_ctl bob@example.com}

proc parse_report {file arr} {
    upvar 1 $arr viol
    set f [open $file]
    foreach line [split [read $f] \n] {
        if {[regexp {Startpoint: +([^/]+)/(\S+)} $line - block pin]} { set start $block/$pin }
        if {[regexp {slack \((\w+)\) +(\S+)} $line - kind slack] && $kind eq "VIOLATED"} {
            lappend viol([lindex [split $start /] 0]) [list $slack $start]
        }
    }
    close $f
}
parse_report [file join [file dirname [info script]] files timing.rpt] viol
foreach block [lsort [array names viol]] {
    set text ""
    foreach path [lsort -real -index 0 $viol($block)] {
        append text [format "%8.2f  %s\n" [lindex $path 0] [lindex $path 1]]
    }
    set tok [mime::initialize -canonical text/plain -string $text]
    set bad [smtp::sendmessage $tok -servers mailhost -originator sta@example.com \
        -header [list To $owner($block)] -header [list Subject "Timing: [llength $viol($block)] violation(s) in $block"]]
    puts "$block -> $owner($block) [string trim $text] <$bad>"
    mime::finalize $tok
}
