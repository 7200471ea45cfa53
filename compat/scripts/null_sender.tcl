# A report of a robot: the empty originator, so that nothing ever comes back.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "Delivered.\n"]
puts [smtp::sendmessage $t -servers mailhost -originator "" -header {From robot@example.com} \
    -recipients ann@example.com -header {Subject receipt}]
mime::finalize $t
