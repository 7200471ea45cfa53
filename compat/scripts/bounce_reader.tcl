# Reads a delivery report and tells the list owner whom to remove.
package require mime
package require smtp
set rep [mime::initialize -file [file join [file dirname [info script]] files bounce.eml]]
puts "[mime::getproperty $rep content], subject <[lindex [mime::getheader $rep Subject] 0]>"
array set params [mime::getproperty $rep params]
puts "type $params(report-type)"
set gone {}
foreach part [mime::getproperty $rep parts] {
    set type [mime::getproperty $part content]
    puts "part $type"
    if {$type != "message/delivery-status"} continue
    # The blocks of a report are read as a message: the first one is its header.
    foreach inner [mime::getproperty $part parts] {
        puts "  [lsort [mime::getheader $inner -names]]"
        set body [string map {\r ""} [mime::getbody $inner]]
        foreach {- who} [regexp -all -inline {Final-Recipient: rfc822; (\S+)} $body] { lappend gone $who }
    }
}
puts "gone: $gone"
set t [mime::initialize -canonical text/plain -string "Please remove:\n[join $gone \n]\n"]
puts [smtp::sendmessage $t -servers mailhost -header {From listmaster@example.com} \
    -recipients listowner@example.com -header {Subject bounces}]
mime::finalize $rep -subordinates all
mime::finalize $t
