# The same habit, without arguments: it tells how it is called and ends with 64.
package require smtp
set prog [file tail [info script]]
if {$argc < 1} {
    puts stderr "usage: $prog recipient"
    exit 64
}
puts "never here"
