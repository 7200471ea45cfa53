# A callback decides what happens when TLS cannot be begun.
package require mime
package require smtp
proc policy {mode code diagnostic} {
    puts "policy asked: $mode $code"
    return $mode
}
foreach mode {insecure secure} {
    set t [mime::initialize -canonical text/plain -string "$mode\n"]
    set code [catch {smtp::sendmessage $t -servers mailhost -usetls 1 -tlspolicy [list policy $mode] \
        -originator a@example.com -recipients b@example.com -header [list Subject $mode]} err]
    puts "$mode: [expr {$code ? "not sent" : "sent <$err>"}]"
    mime::finalize $t
}
