# On TCLLIBPATH this reaches the interpreters, and the programs, that a captured script starts.
if {[info exists ::env(TCLSMTP_CAPTURE)]} { source [file join $dir capture.tcl] }
