# EDA: layout checks, HTML mail with a table; red where something was found.
package require mime
package require smtp
set rows ""
set total 0
set f [open [file join [file dirname [info script]] files drc.sum]]
while {[gets $f line] != -1} {
    if {[scan $line "RULE %s %s TOTAL Result Count = %d" rule dots n] != 3} continue
    incr total $n
    set color [expr {$n ? "#ff8080" : "#80ff80"}]
    append rows [subst {<tr bgcolor="$color"><td>$rule</td><td align="right">$n</td></tr>\n}]
}
close $f
set html [subst -nocommands {<html><body><table border="1">
$rows</table><p>Total: <b>$total</b></p></body></html>}]
set t [mime::initialize -canonical "text/html; charset=us-ascii" -string $html]
puts "params [mime::getproperty $t params]"
set status [expr {$total == 0 ? "CLEAN" : "$total errors"}]
puts [smtp::sendmessage $t -servers mailhost \
    -header {From "Calibre <drc@example.com>"} \
    -header {To "layout@example.com"} \
    -header [list Subject "DRC top: $status"] \
    -header [list X-Priority [expr {$total ? 1 : 3}]]]
mime::finalize $t
exit [expr {$total > 0}]
