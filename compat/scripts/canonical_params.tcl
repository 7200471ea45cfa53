# Parameters inside of -canonical, beside it, and both.
package require mime
package require smtp
foreach {canonical params} {
    "text/plain; charset=iso-8859-1"             {}
    "text/plain; charset=\"us-ascii\"; format=flowed" {}
    "text/plain"                                 {charset us-ascii format flowed delsp yes}
    "TEXT/Plain"                                 {Charset US-ASCII}
    "application/x-tcl; name=a.tcl"              {version 8.4}
} {
    set opts [list -canonical $canonical]
    foreach {k v} $params { lappend opts -param [list $k $v] }
    set t [eval mime::initialize $opts -string [list "same text\n"]]
    puts "$canonical | $params -> [mime::getproperty $t content] | [lsort [mime::getproperty $t params]]"
    puts [smtp::sendmessage $t -servers mailhost -originator p@example.com -recipients q@example.com]
    mime::finalize $t
}
