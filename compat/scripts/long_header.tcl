# References of a very long thread.
package require mime
package require smtp
set refs {}
for {set i 0} {$i < 60} {incr i} { lappend refs <thread.$i.message@desk$i.example.com> }
set t [mime::initialize -canonical text/plain -string "+1\n"]
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com \
    -header [list References [join $refs]] -header {Subject {Re: thread}}]
mime::finalize $t
