# Shows how far the mailing is: a bar where there is a display, dots otherwise.
package require mime
package require smtp
set gui [expr {![catch {package require Tk}]}]
if {$gui} {
    wm withdraw .
    canvas .c -width 200 -height 20
    .c create rectangle 0 0 0 20 -fill blue -tags bar
    pack .c
}
proc progress {i n} {
    if {$::gui} { .c coords bar 0 0 [expr {200 * $i / $n}] 20; update } else { update idletasks }
    puts -nonewline .
}
set list {ann@example.com bob@example.com cyd@example.org dee@example.org}
set t [mime::initialize -canonical text/plain -string "progress\n"]
set i 0
foreach r $list {
    smtp::sendmessage $t -servers mailhost -originator gui@example.com -recipients $r
    progress [incr i] [llength $list]
}
puts " done"
mime::finalize $t
if {$gui} { destroy . }
exit 0
