# The first server is out of order, the second takes it.
package require mime
package require smtp
set token [mime::initialize -canonical text/plain -string "Backup finished.\n"]
set rc [catch {
    smtp::sendmessage $token -servers [list mx1.example.com mx2.example.com mx3.example.com] \
        -ports [list 25 2525 587] \
        -originator backup@example.com -recipients "admin@example.com"
} out]
puts "rc=$rc out=$out"
mime::finalize $token
