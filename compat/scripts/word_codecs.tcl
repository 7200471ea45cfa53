# Encoded words: encode, decode, and what goes wrong.
package require mime
fconfigure stdout -encoding utf-8
foreach {charset method text} {
    iso8859-1 quoted-printable "Fran\u00e7ois"
    iso8859-1 base64 "Fran\u00e7ois"
    utf-8 base64 "\u65e5\u672c\u8a9e"
    utf-8 quoted-printable "a b"
    cp1251 base64 "\u041f\u0440\u0438\u0432\u0435\u0442"
    ascii quoted-printable "plain"
} {
    set text [subst $text]
    set word [mime::word_encode $charset $method [encoding convertto $charset $text]]
    puts "$word [lindex [mime::word_decode $word] 0] [lindex [mime::word_decode $word] 1]"
    puts "   [mime::field_decode $word]"
}
puts [mime::word_encode utf-8 quoted-printable "text\u00e4" -charset_encoded 0]
foreach bad {{utf-8 rot13 x} {x-none base64 x}} { puts [catch {eval mime::word_encode $bad} e]$e }
