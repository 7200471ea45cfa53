# Options are collected in a list, as they come, and given with eval.
package require mime 1.3
package require smtp 1.4

array set conf {
    server   smtp.example.com
    port     2525
    from     {Build Daemon <build@example.com>}
    to       {dev@example.com, qa@example.com}
    replyto  dev-owner@example.com
}

set opts [list -servers $conf(server) -ports $conf(port)]
lappend opts -queue 0
lappend opts -atleastone 1
lappend opts -debug 0
lappend opts -header [list From $conf(from)]
lappend opts -header [list To $conf(to)]
if {[info exists conf(replyto)]} {
    lappend opts -header [list Reply-To $conf(replyto)]
}
lappend opts -header [list Subject "Build #1207 \[ok\] \$0"]
lappend opts -header {X-Mailer {build daemon {v1}}}

set tok [mime::initialize -canonical "text/plain" -string "All 214 targets are up to date.\n"]
if {[catch {eval smtp::sendmessage $tok $opts} result]} {
    puts stderr "mail: $result"
    exit 1
}
puts "result <$result>"
mime::finalize $tok
exit 0
