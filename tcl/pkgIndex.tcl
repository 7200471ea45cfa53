# Offers mime and smtp in every released 1.x version. Without the Python side there is nothing to offer.
if {![llength [info commands ::tclsmtp::dispatch]]} return
if {![llength [info procs ::tclsmtp::offer]]} { source [file join $dir tclsmtp.tcl] }
::tclsmtp::offer
