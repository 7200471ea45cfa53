# -maxsecs as configuration files had it.
package require mime
package require smtp
foreach secs {60 0 -1 2.5} {
    set t [mime::initialize -canonical text/plain -string "maxsecs $secs\n"]
    set code [catch {smtp::sendmessage $t -maxsecs $secs -servers mailhost \
        -originator a@example.com -recipients b@example.com -header [list Subject $secs]} err]
    puts "$secs: [expr {$code ? "error" : "ok <$err>"}]"
    mime::finalize $t
}
