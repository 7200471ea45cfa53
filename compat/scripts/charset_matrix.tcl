# Text in many charsets and both encodings: sent, and read back from what was built.
package require mime
package require smtp
fconfigure stdout -encoding utf-8
foreach {cs enc text} {
    iso-8859-1 iso8859-1 "Gr\u00fc\u00dfe" koi8-r koi8-r "\u041f\u0440\u0438\u0432\u0435\u0442"
    shift_jis shiftjis "\u65e5\u672c" utf-8 utf-8 "\u4e2d\u6587 \u20ac" euc-kr euc-kr "\ud55c\uae00" iso-8859-15 iso8859-15 "\u20ac 5"
    windows-1251 cp1251 "\u0414\u0430" big5 big5 "\u4e2d\u6587" us-ascii ascii plain
} {
    foreach te {base64 quoted-printable} {
        set t [mime::initialize -canonical text/plain -param [list charset $cs] -encoding $te \
            -string [encoding convertto $enc [subst $text]]\n]
        set u [mime::initialize -string [string map {\r\n \n} [mime::buildmessage $t]]]
        puts "$cs [mime::getproperty $u encoding] [string trim [mime::getbody $u -decode]]"
        puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header [list Subject "$cs $te"]]
        mime::finalize $t
        mime::finalize $u
    }
}
