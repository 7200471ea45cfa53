# Priority, receipts and other headers that people add.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
set opts {}
foreach {k v} {X-Priority 1 Importance High Return-Receipt-To a@example.com Disposition-Notification-To a@example.com Errors-To e@example.com Organization "Ex & Co." X-Face {"'!} Keywords {a, b} List-Id <l.example.com> Mime-Version 1.0} {
    if {[catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header [list $k $v]} r]} { puts "$k: $r" } else { puts "$k <$r>" }
}
