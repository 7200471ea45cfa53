# Mails a report to whoever answers as mailhost, as scripts did in 2005. Nothing in it knows of TLS, OAuth or tclsmtp.
package require mime
package require smtp

set report [mime::initialize -canonical text/plain -string "All 12 backups are there.\n"]
smtp::sendmessage $report -servers mailhost -ports 25 -username reports -password letmein \
    -header {From "Backups <backups@example.com>"} \
    -header {To "ops@example.com, ann@example.com"} \
    -header {Bcc boss@example.com} \
    -header {Subject "Backups of the night"}
mime::finalize $report
puts "sent"
