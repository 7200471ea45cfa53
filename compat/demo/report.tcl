# A report as a cron job of 2005 would mail it. Nothing in it knows of tclsmtp.
package require mime
package require smtp

set rows {/ 91% /home 64% /var 78%}
set csv [open usage.csv w]
foreach {disk used} $rows { puts $csv "$disk,$used" }
close $csv

set text [mime::initialize -canonical text/plain -string "Disk / is at 91%.\nThe table is attached.\n"]
set table [mime::initialize -canonical text/csv -param {name usage.csv} \
    -header {Content-Disposition {attachment; filename="usage.csv"}} -file usage.csv]
set mail [mime::initialize -canonical multipart/mixed -parts [list $text $table]]

set refused [smtp::sendmessage $mail -debug 1 -servers $env(MAILHOST) -ports $env(MAILPORT) \
    -header {From "Disk Watch <disks@example.com>"} \
    -header {To "ops@example.com, Ann <ann@example.com>"} \
    -header {Subject "Disk / is at 91%"}]
mime::finalize $mail -subordinates all
puts "sendmessage returned: {$refused}"
