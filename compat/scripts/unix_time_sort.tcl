# Sorts a mailbox by date and forwards the newest message whole.
package require mime
package require smtp
set f [open [file join [file dirname [info script]] files mbox]]
fconfigure $f -translation lf
set messages {}
set cur ""
while {[gets $f line] >= 0} {
    if {[regexp {^From \S+ } $line]} { if {$cur ne ""} { lappend messages $cur }; set cur ""; continue }
    append cur $line \n
}
lappend messages $cur
close $f
foreach m $messages {
    set tok [mime::initialize -string $m]
    lappend table [list [mime::parsedatetime [lindex [mime::getheader $tok Date] 0] clock] $tok]
}
set table [lsort -integer -decreasing -index 0 $table]
foreach row $table { puts "[lindex $row 0] [lindex [mime::getheader [lindex $row 1] Subject] 0]" }
set newest [lindex [lindex $table 0] 1]
puts [smtp::sendmessage $newest -servers mailhost -originator sort@example.com -recipients newest@example.com]
foreach row $table { mime::finalize [lindex $row 1] }
