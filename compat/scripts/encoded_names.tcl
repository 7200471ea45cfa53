# Names with umlauts, as they must be in a header: word_encode.
package require mime
package require smtp
proc mailbox {name addr {charset iso8859-1}} {
    if {[regexp {^[ -~]*$} $name]} { return "\"$name\" <$addr>" }
    set bytes [encoding convertto $charset $name]
    return "[mime::word_encode $charset quoted-printable $bytes] <$addr>"
}
set to [list [mailbox "J\u00f6rg M\u00fcller" joerg@example.com] [mailbox "Ann Bee" ann@example.com] \
    [mailbox "\u0418\u0432\u0430\u043d" ivan@example.com koi8-r]]
puts [join $to \n]
set subject [mime::word_encode utf-8 base64 [encoding convertto utf-8 "\u00c4nderung der R\u00e4ume"]]
puts $subject
set t [mime::initialize -canonical text/plain -string "siehe Betreff\n"]
puts [smtp::sendmessage $t -servers mailhost -originator raum@example.com \
    -header [list To [join $to ", "]] -header [list Subject $subject]]
mime::finalize $t
