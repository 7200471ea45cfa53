# mail(1) for machines without one: subject and recipients as arguments, text from stdin.
package require mime
package require smtp

if {$argc < 2} {
    puts stderr "usage: stdin_mail subject recipient ..."
    exit 64
}
set subject [lindex $argv 0]
set to [join [lrange $argv 1 end] ", "]
set text [read stdin]
puts "[llength [split $text \n]] lines to $to"
set t [mime::initialize -canonical text/plain -string $text]
set bad [smtp::sendmessage $t -servers localhost -originator root@example.com \
    -header [list To $to] -header [list Subject $subject]]
mime::finalize $t
exit [llength $bad]
