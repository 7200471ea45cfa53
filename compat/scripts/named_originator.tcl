# The originator with a name, and with a group, and twice.
package require mime
package require smtp
foreach o {{Ann Bee <ann@example.com>} {ann@example.com (Ann)} {<ann@example.com>} {"A, B" <ab@example.com>} {Group: a@example.com;} ann} {
    set t [mime::initialize -canonical text/plain -string "x\n"]
    set code [catch {smtp::sendmessage $t -servers mailhost -originator $o -recipients b@example.com} r]
    puts "$o $code <$r>"
    mime::finalize $t
}
