# Several users on one server, each with a password of his own.
package require mime
package require smtp
foreach {user pass} {ann {} bob b:o:b cyd "p\u00e4ss"} {
    set t [mime::initialize -canonical text/plain -string "from $user\n"]
    set opts [list -servers smtp.example.com -ports 587 -originator $user@example.com -recipients all@example.com]
    if {$pass != ""} { lappend opts -username $user -password $pass }
    puts "$user: [catch {eval [linsert $opts 0 smtp::sendmessage $t]} r] <$r>"
    mime::finalize $t
}
