# One of the blind recipients is refused.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "hush\n"]
set bad [smtp::sendmessage $t -servers mailhost -atleastone 1 \
    -header {From a@example.com} -header {To b@example.com} \
    -header {Bcc {gone@example.com, c@example.com}} -header {Subject hush}]
puts "[llength $bad] refused"
mime::finalize $t
