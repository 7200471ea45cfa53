# Text from a UTF-8 terminal, pasted into a message without a charset.
package require mime
package require smtp
fconfigure stdout -encoding utf-8
foreach text [list "na\u00efve" "\u20ac 20" "\u65e5\u672c" [encoding convertto utf-8 "caf\u00e9"]] {
    set t [mime::initialize -canonical text/plain -string $text\n]
    puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com]
    mime::finalize $t
}
