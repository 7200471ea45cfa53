# Nobody is known there.
package require mime
package require smtp
set token [mime::initialize -canonical text/plain -string "hello?\n"]
foreach atleast {0 1} {
    set code [catch {
        smtp::sendmessage $token -servers mailhost -atleastone $atleast \
            -originator me@example.com -recipients "x@example.com y@example.com"
    } result]
    puts "atleastone=$atleast code=$code"
    puts [join $result \n]
}
foreach atleast {0 1} {
    set code [catch {
        smtp::sendmessage $token -servers mailhost -atleastone $atleast \
            -originator me@example.com -recipients "x@example.com, y@example.com"
    } result]
    puts "atleastone=$atleast code=$code"
    puts [join $result \n]
}
