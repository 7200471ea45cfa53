# Generated code qualifies names twice: mime::::initialize is the same command.
package require mime
package require smtp
set ns mime::
set t [${ns}::initialize -canonical text/plain -string "colons\n"]
puts [mime::::getproperty $t content]
puts [::smtp::::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com]
${ns}::finalize $t
puts [info commands mime::::initialize]
