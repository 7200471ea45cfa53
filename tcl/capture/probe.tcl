# Says what the shell that runs it is, one word a line: Tcl's version and library, and tcllib's smtp and mime with the
# file that smtp comes from. The last word is what the getheader of 1.20 refuses and later ones answer.
puts [info patchlevel]
puts [info library]
if {[catch {package require smtp; package require mime} message]} {
    puts [lindex [split $message \n] 0]
    exit
}
puts ""
puts [package present smtp]
puts [package present mime]
puts [lindex [package ifneeded smtp [package present smtp]] end]
set token [mime::initialize -canonical text/plain -string x]
puts [catch {mime::getheader $token Content-Type}]
