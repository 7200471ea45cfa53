# Header names in any case, and some twice.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [smtp::sendmessage $t -servers mailhost \
    -header {FROM a@example.com} -header {to b@example.com} -header {CC c@example.com} \
    -header {subject {lower case}} -header {X-Tag one} -header {x-tag two}]
mime::setheader $t SUBJECT "upper case"
puts [mime::getheader $t subject]
mime::finalize $t
