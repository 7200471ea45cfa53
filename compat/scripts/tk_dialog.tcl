# A compose window; the button is pressed by the script itself. Needs a display, and says so without one.
package require mime
package require smtp
if {[catch {package require Tk} why]} {
    puts "cannot open a window"
    exit 3
}
wm withdraw .
toplevel .m
entry .m.to; text .m.body -width 30 -height 4
button .m.send -text Send -command {
    set t [mime::initialize -canonical text/plain -string [.m.body get 1.0 end]]
    set ::result [smtp::sendmessage $t -servers mailhost -originator gui@example.com -recipients [.m.to get]]
    mime::finalize $t
}
pack .m.to .m.body .m.send
.m.to insert end "ann@example.com"
.m.body insert end "typed by hand"
after 20 {.m.send invoke}
vwait ::result
puts "result <$::result>"
destroy .
