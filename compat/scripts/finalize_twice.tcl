# Tokens after their end.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string x]
mime::finalize $t
foreach call {{mime::finalize $t} {mime::getbody $t} {mime::getheader $t} {mime::getproperty $t} {mime::setheader $t a b} {mime::buildmessage $t} {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com}} {
    puts "$call [catch $call r] $r"
}
puts [info exists $t]
