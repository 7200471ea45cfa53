# The same attachment in two messages.
package require mime
package require smtp
set att [mime::initialize -canonical text/csv -param {name usage.csv} \
    -file [file join [file dirname [info script]] files usage.csv]]
foreach to {ann@example.com bob@example.com} {
    set hello [mime::initialize -canonical text/plain -string "Dear [lindex [split $to @] 0],\n"]
    set m [mime::initialize -canonical multipart/mixed -parts [list $hello $att]]
    puts [smtp::sendmessage $m -servers mailhost -originator share@example.com -recipients $to]
    mime::finalize $m -subordinates none
    mime::finalize $hello
}
puts "still there: [mime::getproperty $att content]"
mime::finalize $att
