# A safe interpreter gets sendmessage as an alias.
package require mime
package require smtp
set i [interp create -safe]
proc mail {text} {
    set t [mime::initialize -canonical text/plain -string $text]
    set r [smtp::sendmessage $t -servers mailhost -originator safe@example.com -recipients ops@example.com]
    mime::finalize $t
    return "refused <$r>"
}
$i alias mail mail
puts [$i eval {mail "from the safe side\n"}]
puts [catch {$i eval {package require smtp}}]
