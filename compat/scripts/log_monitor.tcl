# Follows a log with `after` and mails each alarm, but no more than three.
package require mime
package require smtp

set patterns {{link down} {EXT3-fs error} {Failed password}}
set sent 0
proc alarm {line} {
    global sent
    if {$sent >= 3} { puts "too many alarms: [string range $line 0 30]"; return }
    incr sent
    set tok [mime::initialize -canonical text/plain -string $line\n]
    if {[catch {
        smtp::sendmessage $tok -servers mailhost -originator monitor@example.com \
            -recipients oncall@example.com -header [list Subject "ALARM $sent"]
    } err]} { puts "ALARM $sent not sent" } else { puts "ALARM $sent sent <$err>" }
    mime::finalize $tok
}
proc poll {chan} {
    global patterns done
    if {[gets $chan line] < 0} { close $chan; set done 1; return }
    foreach p $patterns { if {[string first $p $line] >= 0} { alarm $line; break } }
    after 1 [list poll $chan]
}
after idle [list poll [open [file join [file dirname [info script]] files messages.log]]]
vwait done
puts "sent $sent"
