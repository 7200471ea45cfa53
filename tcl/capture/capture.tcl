# Sends every client socket of an interpreter to the capture server, whatever host and port the script asks for, but
# for a port that the script itself listens on. Loaded before anything else in each interpreter of a compared script,
# by an init.tcl that stands in for Tcl's own (tclsmtp/migrate/run.py).

namespace eval ::tclsmtp_capture {}
rename ::socket ::tclsmtp_capture::socket

# ::tclsmtp_capture::begin --
#       Arguments: the host and the port of the capture server.
#       Results: none; from now on `socket` leads there.
proc ::tclsmtp_capture::begin {host port} {
    variable server [list $host $port]
}

# ::socket --
#       Arguments and results: as Tcl's own. Servers and wrong calls go through as they are.
proc ::socket args {
    set count [llength $args]
    for {set i 0} {$i < $count && [string match -* [lindex $args $i]]} {incr i} {
        set option [lindex $args $i]
        if {[string length $option] > 1 && [string match $option* -server]} {
            tailcall ::tclsmtp_capture::socket {*}$args
        }
        if {![string match $option* -async]} { incr i }
    }
    if {$i != $count - 2 || [::tclsmtp_capture::is_own [lindex $args end]]} {
        tailcall ::tclsmtp_capture::socket {*}$args
    }
    tailcall ::tclsmtp_capture::socket {*}[lrange $args 0 end-2] {*}$::tclsmtp_capture::server
}

# ::tclsmtp_capture::is_own --
#       Arguments: a port.
#       Results: whether a socket of this interpreter has it, which then is a server of the script's own. The same
#       question decides under tclsmtp where a policy has a connect_to.
proc ::tclsmtp_capture::is_own {port} {
    foreach channel [file channels sock*] {
        if {[catch {fconfigure $channel -sockname} names]} continue
        foreach {address name own} $names {
            if {$own eq $port} { return 1 }
        }
    }
    return 0
}
