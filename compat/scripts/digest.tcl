# A daily digest of a mailbox: multipart/digest of message/rfc822 parts.
package require mime
package require smtp
set f [open [file join [file dirname [info script]] files mbox]]
set all [read $f]
close $f
set toc ""
set parts {}
foreach chunk [split [string map [list "\nFrom " \0] "\n$all"] \0] {
    set nl [string first \n $chunk]
    if {$nl < 1} continue
    set msg [mime::initialize -string [string range $chunk [expr {$nl + 1}] end]]
    append toc "  * [lindex [mime::getheader $msg Subject] 0]\n"
    lappend parts [mime::initialize -canonical message/rfc822 -parts $msg]
}
set intro [mime::initialize -canonical text/plain -string "Topics:\n$toc"]
set digest [mime::initialize -canonical multipart/digest -parts $parts]
set mail [mime::initialize -canonical multipart/mixed -parts [list $intro $digest]]
puts -nonewline $toc
puts "refused: [smtp::sendmessage $mail -servers mailhost -queue 1 \
    -header {From digest@example.com} -header {To readers@example.com} \
    -header {Subject {requests Digest, Vol 1}} -header {Precedence bulk}]"
mime::finalize $mail -subordinates all
