# Appends the signature to a text that may or may not end with a line break.
package require mime
package require smtp
set sig "-- \nAnn Bee, Systems, ext. 4711\n"
foreach body {"with end\n" "without end" "" "\n\n\n"} {
    set body [subst $body]
    if {[string length $body] && [string index $body end] ne "\n"} { append body \n }
    set t [mime::initialize -canonical text/plain -string $body$sig]
    puts "[string length [mime::getbody $t]] <[smtp::sendmessage $t -servers mailhost -originator ann@example.com -recipients b@example.com]>"
    mime::finalize $t
}
