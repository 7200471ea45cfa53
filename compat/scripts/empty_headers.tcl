# Headers without a value.
package require mime
package require smtp
foreach h {{Subject {}} {Date {}} {Cc {}} {Reply-To {}} {Message-ID {}} {X-Empty {}} {Comments { blank }} {Subject "a\tb  c"}} {
    set t [mime::initialize -canonical text/plain -string "x\n"]
    puts "$h [catch {smtp::sendmessage $t -servers mailhost -header {From a@example.com} -header {To b@example.com} -header $h} r] <$r>"
    mime::finalize $t
}
