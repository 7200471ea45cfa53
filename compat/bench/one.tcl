# Sends one message of 1 KiB and ends: what a mail from cron costs.
package require mime
package require smtp
set token [mime::initialize -canonical text/plain -string [string repeat "A line of thirty-two characters\n" 32]]
set refused [smtp::sendmessage $token -servers 127.0.0.1 -ports $env(SINK_PORT) \
    -header {From me@example.com} -header {To you@example.com} -header {Subject {A message}}]
mime::finalize $token
if {[llength $refused]} { error "refused: $refused" }
