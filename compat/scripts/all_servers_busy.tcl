# Every server of the list says 421: the script keeps the message for later.
package require mime
package require smtp
set spool spool.txt
set t [mime::initialize -canonical text/plain -string "keep me\n" -header {Subject kept}]
if {[catch {smtp::sendmessage $t -servers {mx1.example.com mx2.example.com} \
        -originator a@example.com -recipients b@example.com} err]} {
    set f [open $spool w]
    fconfigure $f -translation lf
    mime::copymessage $t $f
    close $f
    set f [open $spool]
    puts "kept: [regexp -all {keep me} [read $f]] message"
    close $f
    file delete $spool
}
mime::finalize $t
exit 75
