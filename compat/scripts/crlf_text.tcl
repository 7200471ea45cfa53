# Text with CR LF from a web form.
package require mime
package require smtp
set text "line one\r\nline two\r\n\r\nlast\r\n"
set t [mime::initialize -canonical text/plain -string $text]
puts [smtp::sendmessage $t -servers mailhost -originator www@example.com -recipients b@example.com -header {Subject crlf}]
mime::finalize $t
