# The host has no good name, so the site replaces mime::uniqueID.
package require mime
package require smtp
proc mime::uniqueID {} {
    return "<site.[incr ::counter]@mail.example.com>"
}
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [mime::getheader $t Content-ID]
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header {Subject ids}]
mime::finalize $t
