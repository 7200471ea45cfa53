# A web form whose field "subject" has a line break in it.
package require mime
package require smtp
set form(subject) "Hello\nBcc: everybody@example.com"
set form(email) "visitor@example.net"
set t [mime::initialize -canonical text/plain -string "form\n"]
puts [catch {smtp::sendmessage $t -servers mailhost -originator www@example.com \
    -recipients webmaster@example.com \
    -header [list Subject $form(subject)] -header [list Reply-To $form(email)]} r]
mime::finalize $t
