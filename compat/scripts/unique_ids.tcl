# Message ids: never the same twice, and used to thread.
package require mime
package require smtp
for {set i 0} {$i < 100} {incr i} { set seen([mime::uniqueID]) 1 }
puts "[array size seen] different ids"
set id [mime::uniqueID]
puts [regexp {^<[^@\s]+@[^@\s]+>$} $id]
foreach {n ref} {1 {} 2 x} {
    set t [mime::initialize -canonical text/plain -string "part $n of 2\n"]
    set opts [list -servers mailhost -originator thread@example.com -recipients dest@example.com -header [list Subject "Thread $n"]]
    if {$n == 1} { lappend opts -header [list Message-ID $id] }
    if {$ref ne ""} { lappend opts -header [list In-Reply-To $id] -header [list References $id] }
    puts [eval [list smtp::sendmessage $t] $opts]
    mime::finalize $t
}
