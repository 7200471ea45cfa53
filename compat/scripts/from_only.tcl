# Originator from From, from Sender, from Resent-From; more than one From.
package require mime
package require smtp
foreach hs {
    {From {a@example.com, c@example.com}}
    {From {a@example.com, c@example.com} Sender s@example.com}
    {From a@example.com Sender s@example.com}
    {Sender s@example.com}
    {Reply-To r@example.com}
    {From {not valid at all}}
    {From a@example.com Return-Path <rp@example.com>}
} {
    set t [mime::initialize -canonical text/plain -string "x\n"]
    set opts {}
    foreach {k v} $hs { lappend opts -header [list $k $v] }
    set code [catch {eval [list smtp::sendmessage $t -servers mailhost -header {To b@example.com}] $opts} r]
    puts "$hs $code <$r>"
    mime::finalize $t
}
