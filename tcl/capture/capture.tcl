# Runs a script so that its mail goes to a capture server, whatever server it names:
#
#     tclsh capture.tcl SCRIPT ?ARG ...?
#
# The same under the reference and under tclsmtp; it needs Tcl 8.5. In the environment:
#   TCLSMTP_CAPTURE        host and port of the capture server
#   TCLSMTP_CAPTURE_CALLS  a file to which each call of smtp::sendmessage is added: code, result and errorCode, in UTF-8
#                          and hexadecimal, a line a call
#   TCLSMTP_CAPTURE_OWN    (set here) the ports of servers that the script started itself: those it reaches

namespace eval ::tclsmtp_capture {
    variable mail_ports {25 465 587 588 2525 smtp smtps submission submissions urd}
}

# ::tclsmtp_capture::socket --
#   Stands in for the command of that name. A client's connection that is about mail goes to the capture server.
proc ::tclsmtp_capture::socket args {
    set server [expr {[lsearch -exact $args -server] >= 0}]
    if {!$server && [llength $args] >= 2 && [is_mail [lindex $args end] [uplevel 1 {namespace current}]]} {
        set args [concat [lrange $args 0 end-2] $::env(TCLSMTP_CAPTURE)]
    }
    set code [catch {uplevel 1 [linsert $args 0 ::tclsmtp_capture::native_socket]} result options]
    if {$code == 0 && $server} { lappend ::env(TCLSMTP_CAPTURE_OWN) [lindex [fconfigure $result -sockname] 2] }
    return -options $options $result
}

# ::tclsmtp_capture::is_mail --
#   Whether a connection to that port, made by a command of that namespace, is for mail.
proc ::tclsmtp_capture::is_mail {port namespace} {
    variable mail_ports
    if {[info exists ::env(TCLSMTP_CAPTURE_OWN)] && $port in $::env(TCLSMTP_CAPTURE_OWN)} { return 0 }
    return [expr {$port in $mail_ports || [string match ::smtp* $namespace]}]
}

# ::tclsmtp_capture::package_left --
#   Runs after each `package` command: once the smtp package is there its calls are written down.
proc ::tclsmtp_capture::package_left args {
    if {[llength [info commands ::smtp::sendmessage]] && ![llength [trace info execution ::smtp::sendmessage]]} {
        trace add execution ::smtp::sendmessage leave ::tclsmtp_capture::sent
    }
}

# ::tclsmtp_capture::sent --
#   Writes down how a call of smtp::sendmessage ended; not its words, which may hold a password.
proc ::tclsmtp_capture::sent {words code result operation} {
    set line [list $code]
    foreach text [list $result [expr {$code ? $::errorCode : {}}]] {
        binary scan [encoding convertto utf-8 $text] H* digits
        lappend line $digits
    }
    set file [open $::env(TCLSMTP_CAPTURE_CALLS) a]
    puts $file $line
    close $file
}

# ::tclsmtp_capture::install --
#   Does all this to the interpreter at hand, once. Its children do it when they first look for a package.
proc ::tclsmtp_capture::install {} {
    if {[llength [info commands ::tclsmtp_capture::native_socket]]} return
    rename ::socket ::tclsmtp_capture::native_socket
    proc ::socket args { uplevel 1 [linsert $args 0 ::tclsmtp_capture::socket] }
    trace add execution ::package leave ::tclsmtp_capture::package_left
}

# ::tclsmtp_capture::report --
#   Prints the stack trace of a script's error as tclsh does: without the command that read the script.
proc ::tclsmtp_capture::report {} {
    set last [string last "\n    invoked from within\n\"source " $::errorInfo]
    if {$last < 0} { set last [string last "\n    while executing\n\"source " $::errorInfo] }
    puts stderr [expr {$last < 0 ? $::errorInfo : [string range $::errorInfo 0 [expr {$last - 1}]]}]
}

::tclsmtp_capture::install
if {[info exists ::argv0] && [info script] eq $::argv0} {
    set ::argv0 [lindex $::argv 0]
    set ::argv [lrange $::argv 1 end]
    incr ::argc -1
    if {[catch {source $::argv0}]} {
        ::tclsmtp_capture::report
        exit 1
    }
}
