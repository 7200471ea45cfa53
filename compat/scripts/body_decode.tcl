# -decode gives text in place of octets.
package require mime
fconfigure stdout -encoding utf-8
foreach {charset bytes} {
    utf-8       "Gr\u00c3\u00bc\u00c3\u009fe"
    iso-8859-1  "Gr\u00fc\u00dfe"
    koi8-r      "\u00eb\u00c9\u00c5\u00d7"
    us-ascii    "plain"
} {
    set t [mime::initialize -canonical text/plain -param [list charset $charset] \
        -encoding quoted-printable -string [subst $bytes]]
    puts "$charset: [string length [mime::getbody $t]] octets, [mime::getbody $t -decode]"
    mime::finalize $t
}
