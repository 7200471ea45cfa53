# A script without any catch: the error ends it, and tclsh prints the trace.
package require mime
package require smtp
proc notify {who} {
    set token [mime::initialize -canonical text/plain -string "x\n"]
    smtp::sendmessage $token -servers mailhost -originator me@example.com
    mime::finalize $token
}
puts "notifying"
notify ann
puts "never"
