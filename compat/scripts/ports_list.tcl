# Ports go with servers; when there are fewer, the last one counts for the rest.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "ports\n"]
foreach {servers ports} {
    {mailhost}                    {25}
    {mailhost}                    {587 25}
    {mx1.example.com mx2.example.com} {2525}
    {mx1.example.com}             {}
} {
    set code [catch {smtp::sendmessage $t -servers $servers -ports $ports \
        -originator a@example.com -recipients b@example.com -header [list X-Ports $ports]} err]
    puts "$servers/$ports: $code [expr {$code ? "error" : $err}]"
}
mime::finalize $t
