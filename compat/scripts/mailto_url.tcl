# mailto: URLs from a web page become messages.
package require mime
package require smtp
proc unquote {s} {
    set s [string map {+ " " \[ \\\[ \] \\\] \$ \\\$ \\ \\\\} $s]
    regsub -all {%([0-9a-fA-F]{2})} $s {[format %c 0x\1]} s
    return [subst $s]
}
foreach url {
    mailto:ann@example.com?subject=Hello%20there&body=line+1%0Aline+2
    mailto:bob@example.com?cc=cyd@example.org&subject=100%25
} {
    regexp {^mailto:([^?]*)\??(.*)$} $url -> to query
    set body ""
    set opts [list -header [list To $to] -header {From www@example.com}]
    foreach pair [split $query &] {
        foreach {k v} [split $pair =] break
        set v [unquote $v]
        if {$k == "body"} { set body $v } else { lappend opts -header [list [string totitle $k] $v] }
    }
    set t [mime::initialize -canonical text/plain -string $body\n]
    puts "$to: [eval [list smtp::sendmessage $t -servers mailhost] $opts]"
    mime::finalize $t
}
