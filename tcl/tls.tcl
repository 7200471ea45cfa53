# Stands in for tcl-tls where that is not installed: what a script sets here is honoured when smtp makes TLS.

namespace eval ::tls { variable defaults {} }

# ::tls::init --
#   Keeps the options for the connections to come, as tcl-tls does: each call replaces what the last one set.
proc ::tls::init args {
    variable defaults
    if {[llength $args] % 2} {
        return -code error -errorcode {TCLSMTP OPTION} "\"[lindex $args end]\" option must be followed by value"
    }
    set defaults $args
    return
}
