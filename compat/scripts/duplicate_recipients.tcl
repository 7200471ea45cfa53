# The same person in To and Cc, with names and without.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [smtp::sendmessage $t -servers mailhost -header {From a@example.com} \
    -header {To "Ann <ann@example.com>, ann@example.com"} -header {Cc "ANN@example.com, bob@example.com"} \
    -header {Subject twice}]
mime::finalize $t
