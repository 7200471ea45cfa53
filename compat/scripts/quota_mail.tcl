# Tells users who are over their quota; a table of users, `switch` and format, as in 1999.
package require mime
package require smtp
proc forline {var file body} {
    upvar 1 $var line
    set f [open $file r]
    while {[gets $f line] >= 0} {
        if {[string index $line 0] != "#"} { uplevel 1 $body }
    }
    close $f
}
forline l [file join [file dirname [info script]] files users.conf] {
    set fields [split $l :]
    set name [string trim [lindex $fields 1] \"]
    set addr [lindex $fields 2]
    set over [expr [lindex $fields 4] - [lindex $fields 3]]
    if {$over > 0} {
        set text [string map [list %N $name %O $over] "Dear %N,\n\nyou are %O MB over your quota.\n"]
        set tok [mime::initialize -canonical text/plain -string $text]
        set rc [smtp::sendmessage $tok -servers mailhost \
            -header "From quota@example.com" \
            -header [list To "\"$name\" <$addr>"] \
            -header [list Subject "Quota"]]
        mime::finalize $tok
        puts "$name: $over MB <$rc>"
    }
}
