# Servers and ports as people write them.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
foreach {s p} {{} {} localhost smtp localhost {} {a b c} {1 2 3} mailhost 0025 mailhost abc} {
    set code [catch {smtp::sendmessage $t -servers $s -ports $p -originator a@example.com -recipients b@example.com} r]
    puts "$s/$p $code [expr {$code ? "error" : $r}]"
}
