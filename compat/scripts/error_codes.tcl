# Sorts errors by what the server said: for now or for good.
package require mime
package require smtp
proc classify {text} {
    if {[regexp {(?:^|code )([45])\d\d} $text -> kind]} { return [expr {$kind == 4 ? "later" : "never"}] }
    return "unknown"
}
foreach from {tmp@example.com perm@example.com ok@example.com} {
    set t [mime::initialize -canonical text/plain -string "$from\n"]
    if {[catch {smtp::sendmessage $t -servers mailhost -originator $from -recipients ann@example.com} err]} {
        puts "$from: [classify $err]"
    } else {
        puts "$from: sent"
    }
    mime::finalize $t
}
