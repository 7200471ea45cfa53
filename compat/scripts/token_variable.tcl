# The token is the name of an array; some scripts ask whether it is there.
package require mime
set t [mime::initialize -canonical text/plain -string x]
puts [info exists $t]
puts [array exists $t]
puts [regexp {^::mime::\d+$} $t]
mime::finalize $t
puts [info exists $t]
