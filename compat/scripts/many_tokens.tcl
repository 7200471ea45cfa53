# Five hundred messages are prepared and thrown away; tokens are not used twice.
package require mime
for {set i 0} {$i < 500} {incr i} {
    set t [mime::initialize -canonical text/plain -string "message $i\n"]
    if {[info exists seen($t)]} { puts "twice: $t" }
    set seen($t) 1
    if {$i % 2} { mime::finalize $t }
}
puts [array size seen]
