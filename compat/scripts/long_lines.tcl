# A generated file without line breaks.
package require mime
package require smtp
foreach n {70 78 200 990 1500 4000} {
    set t [mime::initialize -canonical text/plain -string "[string repeat abcdefghij [expr {$n / 10}]]\n"]
    puts "$n <[mime::encoding $t]> [smtp::sendmessage $t -servers mailhost -originator l@example.com -recipients m@example.com -header [list Subject $n]]"
    mime::finalize $t
}
