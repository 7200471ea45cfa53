# An execution trace counts the mails of a program.
package require mime
package require smtp
proc count {cmd code result op} { puts "$op [lindex $cmd 0] code $code" }
trace add execution ::smtp::sendmessage leave count
interp alias {} mail {} smtp::sendmessage
set t [mime::initialize -canonical text/plain -string "x\n"]
puts <[mail $t -servers mailhost -originator a@example.com -recipients b@example.com]>
catch {mail $t -nothing}
trace remove execution ::smtp::sendmessage leave count
mime::finalize $t
