# A test bench: an SMTP server in the same script takes what the script sends.
package require mime
package require smtp

proc accept {chan addr port} {
    fconfigure $chan -blocking 0 -buffering line -translation {auto crlf}
    fileevent $chan readable [list serve $chan]
    set ::state($chan) command
    puts $chan "220 bench ready"
}
proc serve {chan} {
    if {[gets $chan line] < 0} {
        if {[eof $chan]} { close $chan; unset ::state($chan) }
        return
    }
    if {$::state($chan) == "data"} {
        if {$line == "."} {
            set ::state($chan) command
            puts $chan "250 taken"
        } elseif {[string match "Subject: *" $line] || [string match "*bench*" $line]} {
            lappend ::log "text: $line"
        }
        return
    }
    set verb [string toupper [lindex [split $line] 0]]
    lappend ::log [expr {$verb == "EHLO" ? "EHLO" : $line}]
    switch -- $verb {
        DATA    { set ::state($chan) data; puts $chan "354 go on" }
        QUIT    { puts $chan "221 bye"; close $chan; unset ::state($chan) }
        default { puts $chan "250 fine" }
    }
}
set ::log {}
set listen [socket -server accept -myaddr 127.0.0.1 0]
set port [lindex [fconfigure $listen -sockname] 2]
set t [mime::initialize -canonical text/plain -string "from the bench\n.\nthe end\n"]
puts "result [smtp::sendmessage $t -servers 127.0.0.1 -ports $port -originator a@example.com \
    -recipients b@example.com -header {Subject "inside"}]"
mime::finalize $t
after 100 {set ::done 1}
vwait ::done
close $listen
puts [join $::log \n]
