# Redirects a message that was read from a file: Resent-From, Resent-To.
package require mime
package require smtp
cd [file dirname [file normalize [info script]]]
set msg [mime::initialize -file files/licence.eml]
puts "from: [lindex [mime::getheader $msg From] 0]"
puts "id:   [lindex [mime::getheader $msg Message-ID] 0]"
puts [smtp::sendmessage $msg -servers mailhost \
    -header {Resent-From eda-admins@example.com} \
    -header {Resent-To "flexlm@example.com"} \
    -header {Resent-Cc "ann@example.com"}]
mime::finalize $msg -subordinates all
