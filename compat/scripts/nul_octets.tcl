# Binary data in strings: NUL, all octets.
package require mime
package require smtp
set all ""
for {set i 0} {$i < 256} {incr i} { append all [format %c $i] }
foreach {type enc} {application/octet-stream base64 application/octet-stream quoted-printable} {
    set t [mime::initialize -canonical $type -encoding $enc -string $all]
    puts "[mime::getproperty $t size] [string equal [mime::getbody $t] $all]"
    puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com]
    set back [mime::initialize -string [string map {\r\n \n} [mime::buildmessage $t]]]
    puts "back: [string length [mime::getbody $back]] octets, the same [string equal [mime::getbody $back] $all]"
    mime::finalize $t
    mime::finalize $back
}
