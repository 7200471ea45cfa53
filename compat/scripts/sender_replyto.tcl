# Secretary writes for the boss: From, Sender, Reply-To, and several authors.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "Meeting at nine.\n"]
puts [smtp::sendmessage $t -servers mailhost \
    -header {From "The Boss <boss@example.com>"} \
    -header {Sender "secretary@example.com"} \
    -header {Reply-To "meetings@example.com"} \
    -header {To staff@example.com} -header {Subject Meeting}]
puts [smtp::sendmessage $t -servers mailhost -originator bounces@example.com \
    -header {From "boss@example.com, deputy@example.com"} \
    -header {To staff@example.com} -header {Subject {Meeting, second try}}]
mime::finalize $t
