# Copies the headers of one message to another, but for some.
package require mime
package require smtp
set in [mime::initialize -string "From: a@example.com\nTo: b@example.com\nX-Job: 17\nX-Job: 18\nReceived: by x\nSubject: job\n\nold text\n"]
set out [mime::initialize -canonical text/plain -string "new text\n"]
foreach name [mime::getheader $in -names] {
    if {[lsearch -exact {Received To From} $name] >= 0} continue
    foreach value [mime::getheader $in $name] {
        mime::setheader $out $name $value -mode append
        puts "$name: $value"
    }
}
puts [smtp::sendmessage $out -servers mailhost -originator copy@example.com -recipients dest@example.com]
mime::finalize $in
mime::finalize $out
