# The time now, as a header wants it; only its form is told.
package require mime
set now [mime::parsedatetime -now proper]
puts [regexp {^\w{3}, \d\d? \w{3} \d{4} \d\d:\d\d:\d\d [-+]\d{4}$} $now]
puts [expr {abs([mime::parsedatetime -now clock] - [clock seconds]) < 5}]
puts [expr {[mime::parsedatetime $now clock] - [clock seconds] < 5}]
