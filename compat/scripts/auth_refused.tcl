# A wrong password; the server takes no mail without a right one.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
set failed [catch {smtp::sendmessage $t -servers smtp.example.com -username joe -password wrong \
    -originator joe@example.com -recipients ann@example.com} err]
puts "failed $failed, mentions a relay: [string match *relay* $err]"
puts "password in the text: [string match *wrong* $err]"
mime::finalize $t
