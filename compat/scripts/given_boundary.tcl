# The boundary is chosen by the script.
package require mime
package require smtp
set a [mime::initialize -canonical text/plain -string "one\n"]
set b [mime::initialize -canonical text/plain -string "two\n"]
set m [mime::initialize -canonical multipart/mixed -param {boundary cut.here.1207} -parts [list $a $b]]
puts [regexp -all -- {--cut\.here\.1207} [mime::buildmessage $m]]
puts [smtp::sendmessage $m -servers mailhost -originator a@example.com -recipients b@example.com]
mime::finalize $m -subordinates all
