# The line breaks in the middle; the second attempt gets through.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "over a bad line\n"]
foreach attempt {1 2} {
    set code [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com} err]
    puts "attempt $attempt: [expr {$code ? "failed" : "sent <$err>"}]"
}
mime::finalize $t
