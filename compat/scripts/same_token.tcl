# One message, many recipients, one connection each: a poor man's mailing list.
package require mime
package require smtp

set body "Dear subscriber,\n\nthe server will be down on Saturday.\n\nThe operators\n"
set msg [mime::initialize -canonical text/plain -string $body]
mime::setheader $msg From "operators@example.com"
mime::setheader $msg Subject "Maintenance"
set n 0
foreach rcpt {ann@example.com bob@example.com cyd@example.org} {
    mime::setheader $msg To $rcpt -mode write
    set code [catch {smtp::sendmessage $msg -servers localhost -originator operators@example.com -recipients $rcpt} err]
    puts "[incr n]: $rcpt code=$code result={$err}"
}
puts "headers: [lsort [mime::getheader $msg -names]]"
mime::finalize $msg
