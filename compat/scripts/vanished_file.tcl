# The report is gone before the mail goes out.
package require mime
package require smtp
set f [open report.tmp w]; puts $f "numbers"; close $f
set t [mime::initialize -canonical text/plain -file report.tmp]
file delete report.tmp
puts "failed: [catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com}]"
mime::finalize $t
