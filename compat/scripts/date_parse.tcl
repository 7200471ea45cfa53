# Dates of mail, taken apart for a log.
package require mime
foreach date {
    "Mon, 03 Nov 2003 09:12:00 +0100"
    "3 Nov 2003 10:40:00 GMT"
    "Fri, 29 Feb 2008 23:59:59 -0500"
    "1 Jan 1999 00:00:00 EST"
} {
    set out {}
    foreach p {hour min sec mday mon month lmonth year yday wday weekday lweekday clock proper zone} {
        if {[catch {mime::parsedatetime $date $p} v]} { set v "error" }
        lappend out $p=$v
    }
    puts $date
    puts "  [join [lrange $out 0 11]]"
    puts "  [join [lrange $out 12 end]]"
}
puts [catch {mime::parsedatetime "no date" clock} err]
puts $err
puts [catch {mime::parsedatetime "3 Nov 2003 10:40:00 GMT" century} err]
puts $err
