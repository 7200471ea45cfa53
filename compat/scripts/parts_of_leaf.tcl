# Parts where none belong.
package require mime
set a [mime::initialize -canonical text/plain -string "x\n"]
foreach call {
    {mime::initialize -canonical text/plain -parts [list $a]}
    {mime::initialize -canonical multipart/mixed -parts {}}
    {mime::initialize -canonical multipart/mixed -parts [list nosuch]}
    {mime::initialize -canonical message/rfc822 -string "Subject: y\n\nz\n"}
    {mime::initialize -canonical message/rfc822 -parts [list $a $a]}
    {mime::initialize -parts [list $a]}
    {mime::initialize -canonical message/partial -string x}
} {
    set code [catch $call r]
    regsub -all {::mime::[0-9-]+} $r TOKEN shown
    puts "$call $code $shown"
    if {!$code} {
        puts "   [catch {mime::buildmessage $r} m] [expr {[string length $m] > 0}] [lsort [mime::getproperty $r -names]]"
    }
}
