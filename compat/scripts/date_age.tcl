# How old are the messages of a mailbox, counted from a given day? "proper" gives the date for a header.
package require mime
package require smtp
set now [mime::parsedatetime "Wed, 05 Nov 2003 12:00:00 +0000" clock]
set report ""
set f [open [file join [file dirname [info script]] files mbox]]
foreach line [split [read $f] \n] {
    if {[regexp {^Date: (.*)} $line -> date]} {
        set age [expr {($now - [mime::parsedatetime $date clock]) / 3600}]
        append report [format "%3d hours  %s\n" $age $date]
    }
}
close $f
puts -nonewline $report
set t [mime::initialize -canonical text/plain -string $report]
set today [mime::parsedatetime "5 Nov 2003 12:00 GMT" proper]
mime::setheader $t Date $today
puts [lindex [mime::getheader $t Date] 0]
puts [smtp::sendmessage $t -servers mailhost -originator age@example.com -recipients ops@example.com \
    -header [list Date $today] -header {Message-ID <age.1@example.com>}]
mime::finalize $t
