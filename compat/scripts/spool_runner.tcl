# Works through a spool: what is refused for now stays, what is refused for good goes to the postmaster.
package require mime
package require smtp
set spool {
    1 ann@example.com   {Subject: one\n\nfirst}
    2 gone@example.com  {Subject: two\n\nsecond}
    3 full@example.com  {Subject: three\n\nthird}
}
array set left {}
foreach {id to text} $spool {
    set tok [mime::initialize -string [subst $text]]
    set bad [smtp::sendmessage $tok -servers localhost -originator spool@example.com -recipients $to]
    mime::finalize $tok
    if {![llength $bad]} { puts "$id sent"; continue }
    foreach {addr code why} [lindex $bad 0] break
    switch -glob -- $code {
        4* { puts "$id stays: $why"; set left($id) $to }
        5* {
            puts "$id failed: $why"
            set n [mime::initialize -canonical text/plain -string "Message $id to $addr: $code $why\n"]
            smtp::sendmessage $n -servers localhost -originator spool@example.com -recipients postmaster@example.com
            mime::finalize $n
        }
    }
}
puts "left: [lsort [array names left]]"
exit [array size left]
