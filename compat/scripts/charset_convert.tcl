# Reads text with the right encoding and sends it converted, labelled with mapencoding's name.
package require mime
package require smtp
fconfigure stdout -encoding utf-8
set dir [file join [file dirname [info script]] files]
foreach {file from to} {
    otchet.koi koi8-r utf-8   hokoku.sjis shiftjis iso2022-jp   bericht.iso iso8859-1 cp1252   otchet.koi koi8-r cp1251
} {
    set f [open [file join $dir $file]]
    fconfigure $f -encoding $from
    set text [read $f]
    close $f
    set label [mime::mapencoding $to]
    puts "[lindex [split $text \n] 0] -> $label"
    set t [mime::initialize -canonical text/plain -param [list charset $label] -encoding base64 \
        -string [encoding convertto $to $text]]
    puts [smtp::sendmessage $t -servers mailhost -originator conv@example.com -recipients all@example.com \
        -header [list Subject "$file as $label"]]
    mime::finalize $t
}
