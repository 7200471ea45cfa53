# What a careful script prints when mail fails.
package require mime
package require smtp
set ::errorCode NONE
set token [mime::initialize -canonical text/plain -string "x\n"]
if {[catch {smtp::sendmessage $token -servers mailhost -originator a@example.com -recipients b@example.com} msg]} {
    set info $::errorInfo
    puts "message:   $msg"
    puts "errorCode: $::errorCode"
    puts "in a trace: [regexp {smtp::sendmessage} $info]"
    puts "first line: [string equal [lindex [split $info \n] 0] [lindex [split $msg \n] 0]]"
}
mime::finalize $token
