# The callback of -tlspolicy does not exist, fails, answers nonsense.
package require mime
package require smtp
proc nonsense {code text} { return maybe }
proc fails {code text} { error "no policy" }
foreach p {nonsense fails nosuch} {
    set t [mime::initialize -canonical text/plain -string "$p\n"]
    set code [catch {smtp::sendmessage $t -servers mailhost -tlspolicy $p -originator a@example.com -recipients b@example.com} r]
    puts "$p [expr {$code != 0}]"
    mime::finalize $t
}
