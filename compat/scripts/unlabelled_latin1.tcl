# An old script that never heard of charsets mails umlauts.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "Gr\u00fc\u00dfe aus K\u00f6ln\n"]
puts [smtp::sendmessage $t -servers mailhost -originator koeln@example.com -recipients bonn@example.com \
    -header {Subject "umlauts"}]
mime::finalize $t
