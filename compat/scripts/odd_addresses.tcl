# Addresses that are allowed, although nobody believes it.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
foreach a {
    {"Ann \"the\" Bee" <ann@example.com>}
    {"a b"@example.com}
    {joe%host@gw.example.com}
    {user@[192.0.2.5]}
    {Team: ann@example.com, bob@example.com;}
    {<@relay.example.com:joe@example.com>}
    {ann(the one)@example.com(there)}
    {o'hara+tag@example.com}
} {
    set code [catch {smtp::sendmessage $t -servers mailhost -originator o@example.com -recipients $a} r]
    puts "$a: $code <$r>"
}
mime::finalize $t
