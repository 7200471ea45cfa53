#!/bin/sh
# the next line restarts using tclsh \
exec tclsh "$0" ${1+"$@"}
# Nightly report from the system log, grouped by host and program.
package require mime
package require smtp
set f [open [file join [file dirname [info script]] files messages.log]]
while {[gets $f line] >= 0} {
    if {![regexp {^\w+ +\d+ [\d:]+ (\S+) (\w+)[^:]*: (.*)$} $line -> host prog text]} continue
    lappend log($host,$prog) $text
}
close $f
set body "Summary of the night\n"
foreach key [lsort [array names log]] {
    append body "\n$key ([llength $log($key)])\n"
    foreach l $log($key) { append body "\t$l\n" }
}
puts -nonewline $body
set t [mime::initialize -canonical text/plain -encoding 7bit -string $body]
set res [smtp::sendmessage $t -servers [list localhost mailhost] -originator root@example.com \
    -recipients postmaster@example.com -header {Subject "nightly report"} -header {X-Cron nightly}]
mime::finalize $t
if {[llength $res]} { puts stderr $res; exit 75 }
