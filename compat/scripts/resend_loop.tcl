# Reads each .eml, sends it on unchanged, reads what it built.
package require mime
package require smtp
foreach f [lsort [glob -directory [file join [file dirname [info script]] files] *.eml]] {
    set t [mime::initialize -file $f]
    puts "[file tail $f] [mime::getproperty $t content] [llength [mime::getproperty $t parts]]"
    puts [smtp::sendmessage $t -servers mailhost -originator r@example.com -recipients s@example.com]
    set out [string map {\r\n \n} [mime::buildmessage $t]]
    set u [mime::initialize -string $out]
    puts [string equal [lsort [mime::getheader $t -names]] [lsort [mime::getheader $u -names]]]
    mime::finalize $t -subordinates all
    mime::finalize $u -subordinates all
}
