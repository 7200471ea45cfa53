# What the policy is told.
package require mime
package require smtp
proc policy {args} { puts $args; return insecure }
set t [mime::initialize -canonical text/plain -string "x\n"]
puts [smtp::sendmessage $t -servers smtp.example.com -tlspolicy policy -originator a@example.com -recipients b@example.com]
