# -queue asks the server to take the message and deliver it later.
package require mime
package require smtp
foreach q {0 1} {
    set t [mime::initialize -canonical text/plain -string "queue $q\n"]
    puts "queue $q: [catch {smtp::sendmessage $t -queue $q -servers mailhost -originator a@example.com -recipients b@example.com} r] $r"
    mime::finalize $t
}
