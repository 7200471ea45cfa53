# 552 after the message: mailbox full, try a shorter one.
package require mime
package require smtp

proc mail {size} {
    set token [mime::initialize -canonical text/plain -string [string repeat "0123456789\n" $size]]
    set failed [catch {
        smtp::sendmessage $token -servers smtp.example.com -ports {2500 25} \
            -originator log@example.com -recipients archive@example.com
    } err]
    mime::finalize $token
    if {$failed} {return "size $size: failed"}
    return "size $size: ok"
}
puts [mail 400]
puts [mail 4]
