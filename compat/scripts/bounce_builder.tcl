# Builds a report about a message that could not be delivered, from the empty sender.
package require mime
package require smtp
proc status {args} {
    set s "Reporting-MTA: dns; mail2.example.com\n"
    foreach {rcpt code} $args { append s "\nFinal-Recipient: rfc822; $rcpt\nAction: failed\nStatus: $code\n" }
    return $s
}
set original [mime::initialize -file [file join [file dirname [info script]] files licence.eml]]
set human [mime::initialize -canonical text/plain -string "Your message could not be delivered.\n"]
set machine [mime::initialize -canonical message/delivery-status \
    -string [status zed@example.com 5.1.1 yol@example.com 4.4.7]]
set back [mime::initialize -canonical message/rfc822 -parts [list $original]]
set report [mime::initialize -canonical multipart/report -param {report-type delivery-status} \
    -parts [list $human $machine $back]]
mime::setheader $report Subject "Returned mail: see transcript for details"
mime::setheader $report Auto-Submitted auto-replied
puts "parts: [llength [mime::getproperty $report parts]]"
set to [lindex [mime::getheader $original From] 0]
array set a [lindex [mime::parseaddress $to] 0]
puts "back to $a(address)"
puts [smtp::sendmessage $report -servers mailhost -originator MAILER-DAEMON@mail2.example.com \
    -recipients $a(address) -header [list To $a(address)]]
mime::finalize $report -subordinates all
