# Everybody is hidden from everybody else: the addresses are only in -recipients.
package require mime
package require smtp
set list {}
foreach n {1 2 3 4 5} { lappend list "member$n@example.com" }
set token [mime::initialize -canonical text/plain -string "Newsletter\n"]
puts [smtp::sendmessage $token -servers mailhost \
    -header [list From "list@example.com"] \
    -header [list Subject "News"] \
    -recipients [join $list ", "]]
mime::finalize $token
