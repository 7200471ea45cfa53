# Another one puts them into the subject as they are.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "siehe oben\n"]
puts [smtp::sendmessage $t -servers mailhost -originator koeln@example.com -recipients bonn@example.com \
    -header [list Subject "Gr\u00fc\u00dfe"] -header [list Comments "caf\u00e9 at noon"]]
mime::finalize $t
