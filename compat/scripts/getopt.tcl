# -s subject, -c copies, -a attachments: options by hand, as everyone wrote them.
package require mime
package require smtp
array set opt {s "(no subject)" c {} a {} n 0}
while {[llength $argv]} {
    set arg [lindex $argv 0]
    set argv [lrange $argv 1 end]
    switch -exact -- $arg {
        -s      { set opt(s) [lindex $argv 0]; set argv [lrange $argv 1 end] }
        -c - -a { lappend opt([string index $arg 1]) [lindex $argv 0]; set argv [lrange $argv 1 end] }
        -n      { set opt(n) 1 }
        --      { break }
        default { lappend to $arg }
    }
}
set parts [list [mime::initialize -canonical text/plain -string "see attachments\n"]]
foreach a $opt(a) {
    lappend parts [mime::initialize -canonical application/octet-stream -param [list name [file tail $a]] \
        -header [list Content-Disposition "attachment; filename=\"[file tail $a]\""] -encoding base64 -file $a]
}
set m [mime::initialize -canonical multipart/mixed -parts $parts]
puts "to [join $to ,] copies [join $opt(c) ,] files [llength $opt(a)]"
set send [list smtp::sendmessage $m -servers mailhost -header {From getopt@example.com} -header [list To [join $to ", "]] -header [list Subject $opt(s)]]
if {[llength $opt(c)]} { lappend send -header [list Cc [join $opt(c) ", "]] }
if {$opt(n)} { puts "would send" } else { puts [eval $send] }
mime::finalize $m -subordinates all
