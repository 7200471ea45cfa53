# A tree of parts, shown with all properties: what a debugging tool prints.
package require mime
proc tree {tok {level 0}} {
    set pad [string repeat "  " $level]
    array set p [mime::getproperty $tok]
    puts "$pad$p(content) encoding=<$p(encoding)> size=[mime::getproperty $tok size]"
    foreach {k v} $p(params) { if {$k ne "boundary"} { puts "$pad  $k=$v" } }
    puts "$pad  names: [lsort [mime::getproperty $tok -names]]"
    if {[info exists p(parts)]} {
        foreach sub $p(parts) { tree $sub [expr {$level + 1}] }
    }
}
set t [mime::initialize -file [file join [file dirname [info script]] files licence.eml]]
tree $t
set leaf [lindex [mime::getproperty $t parts] 1]
puts [mime::getbody $leaf]
puts [catch {mime::getproperty $t colour} e]$e
puts [catch {mime::getbody $t} e]$e
mime::finalize $t -subordinates all
puts [catch {mime::getproperty $leaf content}]
