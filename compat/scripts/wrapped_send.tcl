# A site's library wraps sendmessage: everything gets a footer header and a log line.
package require mime
package require smtp
rename smtp::sendmessage smtp::real_sendmessage
proc smtp::sendmessage {token args} {
    set i [lsearch -exact $args -servers]
    if {$i >= 0} { set args [lreplace $args $i [expr {$i + 1}]] }
    lappend args -servers relay.example.com -header {X-Site example.com}
    set code [catch {uplevel 1 [list smtp::real_sendmessage $token] $args} result]
    puts "LOG token=[expr {[string match ::mime::* $token] ? "ok" : $token}] code=$code"
    return -code $code $result
}
set t [mime::initialize -canonical text/plain -string "wrapped\n"]
puts [smtp::sendmessage $t -servers somewhere.else.example -originator a@example.com -recipients b@example.com]
puts [catch {smtp::sendmessage $t -nonsense 1} e]
puts $e
mime::finalize $t
