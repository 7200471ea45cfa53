# Builds a message, sends it, and writes what was built to a file: send.tcl KIND BODY FILE ?-header {Name value} ...?
# KIND is text, utf-8, 8bit or attachment; BODY is a file with the body. All other words are options of smtp::sendmessage.
# Prints a line for each recipient that was refused, or on standard error the error code. CAFILE in the environment names
# the certificates to trust, and TLS_PACKAGE says whether the tls package is `installed` or is to be `stood-in`.
package require mime
package require smtp

if {[info exists env(CAFILE)]} {
    if {$env(TLS_PACKAGE) eq "stood-in"} { set auto_path [list $tcl_library] }
    package require tls
    tls::init -cafile $env(CAFILE) -require 1
}

proc build {kind body} {
    switch $kind {
        text { return [mime::initialize -canonical text/plain -file $body] }
        utf-8 { return [mime::initialize -canonical text/plain -param {charset utf-8} -string [read_utf8 $body]] }
        8bit {
            return [mime::initialize -canonical text/plain -param {charset utf-8} -encoding 8bit -string [read_utf8 $body]]
        }
        attachment {
            set text [mime::initialize -canonical text/plain -string "See the attachment.\n"]
            set file [mime::initialize -canonical {application/octet-stream; name="some data.bin"} -encoding base64 \
                -header {Content-Disposition {attachment; filename="some data.bin"}} -file $body]
            return [mime::initialize -canonical multipart/mixed -param {boundary "=_a boundary"} -parts [list $text $file]]
        }
    }
}

proc read_utf8 name {
    set channel [open $name]
    fconfigure $channel -translation binary
    set octets [read $channel]
    close $channel
    return $octets
}

# As the message goes out: its own headers, and after them those of the envelope.
proc write_built {token options name} {
    foreach {option value} $options {
        if {$option eq "-header" && ![string match -nocase bcc [lindex $value 0]]} {
            mime::setheader $token {*}$value -mode append
        }
    }
    set channel [open $name w]
    fconfigure $channel -translation binary
    puts -nonewline $channel [mime::buildmessage $token]
    close $channel
}

set options [lassign $argv kind body name]
set token [build $kind $body]
if {[catch { smtp::sendmessage $token {*}$options } refused]} {
    puts stderr [join $errorCode \t]
    exit 1
}
foreach recipient $refused { puts [join $recipient \t] }
write_built $token $options $name
