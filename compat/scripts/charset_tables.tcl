# Names of charsets, both ways, and a house rule put into the table.
package require mime
foreach enc {iso8859-1 iso8859-15 koi8-r cp1252 shiftjis euc-jp utf-8 ascii big5 symbol} {
    puts "$enc [mime::mapencoding $enc]"
}
foreach name {ISO-8859-1 iso-8859-15 latin1 KOI8-R windows-1252 Shift_JIS EUC-JP UTF8 us-ascii x-unknown} {
    puts "$name <[mime::reversemapencoding $name]>"
}
puts "$::mime::encodings(iso8859-2) $::mime::reversemap(iso-8859-2)"
set ::mime::encodings(iso8859-1) X-HOUSE
set ::mime::reversemap(x-house) iso8859-1
puts [mime::mapencoding iso8859-1]
puts [mime::reversemapencoding X-House]
puts [mime::word_encode iso8859-1 quoted-printable "\u00e9"]
puts [catch {mime::mapencoding no-such} e]$e
