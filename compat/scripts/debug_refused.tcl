# -debug with refusals, several recipients and two messages.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "x\n"]
foreach r {"gone@example.com, ok@example.com" gone@example.com} {
    puts [smtp::sendmessage $t -debug yes -atleastone 1 -client c.example.com -servers mailhost -originator a@example.com -recipients $r]
}
