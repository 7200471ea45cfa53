# Errors in the background are mailed to the author.
package require mime
package require smtp
proc bgerror {msg} {
    set first [lindex [split $::errorInfo \n] 0]
    set t [mime::initialize -canonical text/plain -string $::errorInfo]
    smtp::sendmessage $t -servers mailhost -originator app@example.com -recipients author@example.com \
        -header [list Subject "Error: $msg"]
    mime::finalize $t
    puts "reported: $first"
    set ::done 1
}
after 1 {set x [expr {1 / 0}]}
vwait done
