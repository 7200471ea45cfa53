# The archive gets a blind copy of everything.
package require mime
package require smtp
set token [mime::initialize -canonical text/plain -string "Contract attached.\n"]
puts [smtp::sendmessage $token -servers mailhost \
    -header {From sales@example.com} \
    -header {To customer@example.org} \
    -header {Cc "Ann Bee <ann@example.com>"} \
    -header {Bcc "archive@example.com, boss@example.com"} \
    -header {Subject {Your contract}}]
mime::finalize $token
