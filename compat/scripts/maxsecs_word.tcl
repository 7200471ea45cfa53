# A typing error in the configuration.
package require mime
package require smtp
set t [mime::initialize -canonical text/plain -string "soon\n"]
puts "failed: [expr {[catch {smtp::sendmessage $t -maxsecs soon -servers mailhost \
    -originator a@example.com -recipients b@example.com}] != 0}]"
mime::finalize $t
