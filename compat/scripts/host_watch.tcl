# Network: which hosts of the table answered (a list in place of ping), one mail per contact.
package require mime
package require smtp
set up {gw1 mail2}
set f [open [file join [file dirname [info script]] files hosts.conf]]
foreach line [split [string trim [read $f]] \n] {
    if {[string match #* $line]} continue
    scan $line "%s %s %s" host ip contact
    if {[lsearch $up $host] < 0} { lappend down($contact) "$host ($ip)" }
}
close $f
foreach contact [array names down] {
    set body "Down:\n  [join $down($contact) "\n  "]\n"
    set tok [mime::initialize -canonical {text/plain; charset="us-ascii"; format=flowed} -string $body]
    set opts {}
    foreach {k v} [list From noc@example.com To $contact Subject "[llength $down($contact)] host(s) down" Priority urgent] {
        lappend opts -header [list $k $v]
    }
    puts "$contact: [eval [list smtp::sendmessage $tok -servers mailhost] $opts]"
    mime::finalize $tok
}
