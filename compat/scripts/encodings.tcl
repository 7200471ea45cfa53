# The same octets in each transfer encoding.
package require mime
package require smtp
foreach enc {7bit 8bit binary quoted-printable base64} {
    set t [mime::initialize -canonical application/octet-stream -encoding $enc -string "a=b\n.dot\nend\n"]
    puts "$enc: [mime::getproperty $t encoding] [mime::getproperty $t size]"
    puts [smtp::sendmessage $t -servers mailhost -originator e@example.com -recipients f@example.com \
        -header [list Subject $enc]]
    mime::finalize $t
}
