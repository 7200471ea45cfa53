# Splits a mailbox into its messages and sends them to the ticket system.
package require mime
package require smtp

proc split_mbox {file} {
    set f [open $file r]
    fconfigure $f -translation lf -encoding binary
    set out {}
    set cur {}
    while {[gets $f line] >= 0} {
        if {[string match "From *" $line]} {
            if {[llength $cur]} { lappend out [join $cur \n] }
            set cur {}
            continue
        }
        regsub {^>From } $line {From } line
        lappend cur $line
    }
    close $f
    lappend out [join $cur \n]
    return $out
}
set n 0
foreach text [split_mbox [file join [file dirname [info script]] files mbox]] {
    set tok [mime::initialize -string $text]
    array unset hdr
    foreach h {From Subject Message-ID} { set hdr($h) [lindex [mime::getheader $tok $h] 0] }
    if {![catch {mime::getheader $tok Auto-Submitted} auto]} {
        puts "[incr n] $hdr(Subject): skipped ($auto)"
        mime::finalize $tok
        continue
    }
    puts "[incr n] $hdr(From): $hdr(Subject) [mime::getproperty $tok encoding]"
    set bad [smtp::sendmessage $tok -servers mailhost -originator tickets-bounce@example.com -recipients tickets@example.com]
    puts "  $hdr(Message-ID) -> tickets, refused <$bad>"
    mime::finalize $tok
}
