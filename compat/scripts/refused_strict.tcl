# Without -atleastone one bad address keeps the message from all.
package require mime
package require smtp

set token [mime::initialize -canonical text/plain -string "All or none.\n"]
set code [catch {
    smtp::sendmessage $token -servers mailhost -atleastone false \
        -originator board@example.com \
        -recipients "ann@example.com,gone@example.com,bob@example.com"
} result]
puts "code $code"
foreach r $result { puts "refused: [lindex $r 0] [lindex $r 1]" }
mime::finalize $token
