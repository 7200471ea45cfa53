# A mistake that was made more than once: seconds where a date is wanted.
package require mime
foreach prop {proper year weekday} {
    if {[catch {mime::parsedatetime 1068033600 $prop} v]} { set v "not a date" }
    puts "$prop: $v"
}
