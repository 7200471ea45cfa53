# Octets as they are: -encoding 8bit with the charset that they are in.
package require mime
package require smtp
foreach {cs enc text} {iso-8859-1 iso8859-1 "Gr\u00fc\u00dfe" koi8-r koi8-r "\u041f\u0440\u0438" utf-8 utf-8 "\u4e2d\u6587"} {
    set t [mime::initialize -canonical text/plain -param [list charset $cs] -encoding 8bit \
        -string [encoding convertto $enc [subst $text]]\n]
    puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header [list Subject $cs]]
    mime::finalize $t
}
