# What the calls of the fuzz use, on both sides. As a script of its own with the argument `serve`, it answers calls.
package require mime

# The zone and the name of this host are in answers; here they are the same everywhere.
set ::env(TZ) UTC
proc ::tcl::info::hostname {} { return fuzz.host.example }

set folder [file normalize [file join [expr {[info exists env(TMPDIR)] ? $env(TMPDIR) : "/tmp"}] tclsmtp-fuzz-[pid]]]
set scratch [file join $folder scratch]

# steps --
#   Makes a part, known as $t, runs each script and finalizes the part.
#   Result: the code and the result of each script, as text and not as a list, whose quotes hide where lines begin.
proc steps {make args} {
    upvar #0 t t
    set t [uplevel #0 $make]
    set found ""
    foreach script $args { append found [attempt $script] }
    catch { mime::finalize $t -subordinates all }
    return $found
}

# look --
#   All that commands tell about a part and those in it, a line each with the code before it.
#   Parameters are sorted: tcllib has them in no order.
proc look t {
    set found ""
    foreach property {content encoding size} { append found "$property [attempt { mime::getproperty $t $property }]" }
    append found "params [attempt { sorted [mime::getproperty $t params] }]"
    append found "names [attempt { mime::getheader $t -names }]header [attempt { all_headers $t }]"
    if {[catch { mime::getproperty $t parts } parts]} {
        append found "body [attempt { mime::getbody $t }]decoded [attempt { mime::getbody $t -decode }]"
    } else {
        foreach part $parts { append found "part [look $part]" }
    }
    return $found
}

proc attempt script { return "([catch { uplevel 1 $script } value]) $value\n" }

proc sorted pairs { return [lsort -stride 2 $pairs] }

# all_headers --
#   The headers as getheader tells them, the parameters in Content-Type sorted.
proc all_headers t {
    set found {}
    foreach {name value} [mime::getheader $t] {
        if {[string equal -nocase $name Content-Type]} { set value [lsort [split [string map {; ""} $value] \n]] }
        lappend found "$name: $value"
    }
    return [join $found \n]
}

# in_file --
#   The path of a file with these octets.
proc in_file octets {
    file mkdir $::folder
    set channel [open $::scratch wb]
    puts -nonewline $channel $octets
    close $channel
    return $::scratch
}

# copied --
#   The octets that copymessage writes to a file opened with these fconfigure options.
proc copied {t args} {
    file mkdir $::folder
    set channel [open $::scratch w]
    fconfigure $channel {*}$args
    set code [catch { mime::copymessage $t $channel } value]
    close $channel
    set channel [open $::scratch rb]
    set octets [read $channel]
    close $channel
    return "($code) $value\n$octets"
}

# Callbacks for getbody: one that answers what it was given, one that fails at a number of calls, and one that returns
# with a code of its own at an event.
proc callback args { lappend ::called $args; return $args }
proc failing {count args} { if {[llength [lappend ::called $args]] == $count} { error "failed at $count" }; return $args }
proc leaving {event code args} {
    lappend ::called $args
    if {[lindex $args 0] eq $event} { return -code $code left }
    return $args
}

# answer --
#   The answer to a call: code, result and what callbacks were given, as one line.
proc answer call {
    set ::called {}
    set code [catch { uplevel #0 $call } value]
    return "$code [hex $value] [hex $::called]"
}

proc hex text { return <[binary encode hex [encoding convertto utf-8 $text]]> }

# serve --
#   Answers calls from standard input, a line each; those before an empty line are answered together.
proc serve {} {
    set calls {}
    while {[gets stdin line] >= 0} {
        if {$line ne ""} { lappend calls $line; continue }
        foreach call $calls { puts [answer $call] }
        flush stdout
        set calls {}
    }
    file delete -force $::folder
}

if {[lindex $::argv 0] eq "serve"} serve
