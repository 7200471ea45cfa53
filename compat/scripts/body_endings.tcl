# Bodies and their last line.
package require mime
package require smtp
set n 0
foreach b [list "" "\n" "x" "x\n" "x\n\n" "\nx" "\n\n" "x\r" "x\r\n" ". " "." ".." "a\n." "a\n.\n" "-- "] {
    foreach ct {text/plain application/octet-stream} {
    set t [mime::initialize -canonical $ct -string $b]
    puts "[list $b] [catch {smtp::sendmessage $t -servers mailhost -originator o@example.com -recipients b@example.com -header [list Subject "ending [incr n]"]} e] [mime::encoding $t]"
    mime::finalize $t
    }
}
