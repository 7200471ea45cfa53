# The commands, imported into a namespace of the application.
package require mime
package require smtp
namespace eval mailer {
    namespace import ::smtp::sendmessage
    namespace import -force ::mime::*
    variable server mailhost
    proc send {from to text} {
        variable server
        set tok [initialize -canonical text/plain -string $text]
        setheader $tok X-Application "mailer/1.0"
        set bad [sendmessage $tok -servers $server -originator $from -recipients $to]
        finalize $tok
        return $bad
    }
}
puts [mailer::send a@example.com b@example.com "imported\n"]
puts [lsort [namespace eval mailer {namespace import}]]
puts [namespace origin mailer::sendmessage]
