# The same as a Tcl module, found through tcl::tm::path.
tcl::tm::path add [file join [file dirname [file normalize [info script]]] files modules]
package require pagerlib 1.0
puts [pagerlib::page {5551234 5559876} "gw1 unreachable"]
puts [package provide pagerlib]
