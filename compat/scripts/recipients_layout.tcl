# Addresses over several lines, with comments, groups and stray commas.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
foreach r [list "a@example.com,\n\tb@example.com" "a@example.com,,b@example.com" ",a@example.com" "a@example.com," "Friends: a@example.com, b@example.com;, c@example.com" "a@example.com; b@example.com" "a@example.com\tb@example.com" "A@EXAMPLE.COM"] {
    puts "[list $r] [catch {smtp::sendmessage $t -servers mailhost -originator o@example.com -recipients $r} e] <$e>"
}
