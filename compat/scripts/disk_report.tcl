#!/usr/bin/env tclsh
# disk_report - mail the admins when a file system fills up.  Run from cron.
package require mime
package require smtp

set here [file dirname [info script]]
set limit 75

proc read_usage {file} {
    set rows {}
    set f [open $file r]
    gets $f                       ;# the heading
    while {[gets $f line] >= 0} {
        if {[string trim $line] == ""} continue
        lappend rows [split $line ,]
    }
    close $f
    return $rows
}

set text "File systems above $limit%:\n\n"
set count 0
foreach row [read_usage [file join $here files usage.csv]] {
    foreach {host mount used} $row break
    if {$used > $limit} {
        append text [format "  %-10s %-12s %3d%%\n" $host $mount $used]
        incr count
    }
}

set token [mime::initialize -canonical text/plain -string $text]
mime::setheader $token Subject "Disk report: $count file systems"
set refused [smtp::sendmessage $token \
    -servers mailhost \
    -originator disks@example.com \
    -recipients "ops@example.com, Ann Bee <ann@example.com>"]
mime::finalize $token
puts "reported $count file systems, refused: [llength $refused]"
