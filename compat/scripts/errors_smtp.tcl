# What sendmessage says to wrong calls; none of them gets as far as a server.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string x]
foreach opts {
    {}
    {-originator a@example.com}
    {-recipients b@example.com -originator {}}
    {-recipients {no address at all} -originator a@example.com}
    {-originator {two@example.com, three@example.com} -recipients b@example.com}
    {-bogus 1}
    {-servers}
    {-header Subject -originator a@example.com -recipients b@example.com}
    {-atleastone perhaps -originator a@example.com -recipients b@example.com}
    {-header {Content-Type text/html} -originator a@example.com -recipients b@example.com}
} {
    set code [catch {eval [list smtp::sendmessage $t -servers mailhost] $opts} err]
    puts "$opts\n    $code $err"
}
puts [catch {smtp::sendmessage} err]$err
puts [catch {smtp::sendmessage ::mime::12345 -servers mailhost -originator a@example.com -recipients b@example.com} err]
