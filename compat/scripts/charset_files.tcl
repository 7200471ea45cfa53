# Text in the charsets of several offices, sent as it lies on disk.
package require mime
package require smtp
set dir [file join [file dirname [info script]] files]
foreach {file charset enc} {
    bericht.iso iso-8859-1 quoted-printable
    otchet.koi  koi8-r     base64
    hokoku.sjis shift_jis  base64
    menu.utf8   utf-8      quoted-printable
} {
    set t [mime::initialize -canonical text/plain -param [list charset $charset] -encoding $enc \
        -file [file join $dir $file]]
    puts "$file [mime::getproperty $t encoding] [mime::getproperty $t size] [mime::getproperty $t params]"
    puts [smtp::sendmessage $t -servers mailhost -originator office@example.com \
        -recipients archive@example.com -header [list Subject $file]]
    mime::finalize $t
}
