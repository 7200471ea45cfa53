# With nothing but Bcc the package wants a To; the script says so and ends.
package require mime
package require smtp
set token [mime::initialize -canonical text/plain -string "Newsletter\n"]
if {[catch {
    smtp::sendmessage $token -servers mailhost \
        -header [list From "list@example.com"] \
        -header [list Bcc "a@example.com, b@example.com"] \
        -header [list Subject "News"]
} err]} {
    puts "cannot send: $err"
    exit 2
}
