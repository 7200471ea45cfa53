# A long subject, in as many words as it needs.
package require mime
package require smtp
set text "Bericht \u00fcber die Pr\u00fcfung der Ger\u00e4te im Geb\u00e4ude 7, zweites Obergeschoss, mit Ma\u00dfnahmen und \u00dcbersicht"
set s [mime::word_encode utf-8 quoted-printable [encoding convertto utf-8 $text] -maxlength 60]
foreach l [split $s \n] { puts [string trim $l] }
puts [string equal [mime::field_decode $s] $text]
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com -header [list Subject $s]]
mime::finalize $t
