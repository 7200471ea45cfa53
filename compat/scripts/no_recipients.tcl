# A query of the database gave no addresses.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "to nobody\n"]
foreach to {{} { } {undisclosed-recipients:;}} {
    set code [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients $to} err]
    puts "<$to>: $code"
}
mime::finalize $t
