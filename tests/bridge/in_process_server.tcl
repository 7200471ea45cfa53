# An SMTP server in the interpreter that sends: ::server::start answers its port, ::server::mails holds what it took.
# ::server::delay is how many milliseconds it takes over each reply.

namespace eval ::server {
    variable delay 0
    variable mails {}
    variable commands {}
}

proc ::server::start {} {
    set listener [socket -server ::server::accept -myaddr 127.0.0.1 0]
    return [lindex [fconfigure $listener -sockname] 2]
}

proc ::server::accept {channel host port} {
    fconfigure $channel -translation crlf -buffering line -blocking 0
    fileevent $channel readable [list ::server::command $channel]
    reply $channel "220 in-process"
}

proc ::server::reply {channel text} {
    variable delay
    if {$delay} { after $delay [list ::server::put $channel $text] } else { put $channel $text }
}

proc ::server::put {channel text} { catch { puts $channel $text } }

proc ::server::command channel {
    variable commands
    if {[gets $channel line] < 0} {
        if {[eof $channel]} { close $channel }
        return
    }
    lappend commands $line
    switch -glob -- [string toupper $line] {
        EHLO* { reply $channel "250 in-process" }
        DATA {
            fileevent $channel readable [list ::server::content $channel {}]
            reply $channel "354 go on"
        }
        QUIT {
            put $channel "221 bye"
            close $channel
        }
        default { reply $channel "250 ok" }
    }
}

proc ::server::content {channel lines} {
    variable mails
    while {[gets $channel line] >= 0} {
        if {$line eq "."} {
            lappend mails [join $lines \n]
            fileevent $channel readable [list ::server::command $channel]
            reply $channel "250 taken"
            return
        }
        lappend lines [regsub {^\.} $line {}]
    }
    if {[eof $channel]} { close $channel } else {
        fileevent $channel readable [list ::server::content $channel $lines]
    }
}
