# Lines that mail systems are known to damage.
package require mime
package require smtp
set lines [list . .. ... ".hidden" "From the start" ">From quoted" " leading" "trailing " "tab\t" "" "-- " "end"]
set t [mime::initialize -canonical text/plain -string [join $lines \n]]
puts "encoding [mime::encoding $t], [llength $lines] lines"
puts [smtp::sendmessage $t -servers mailhost -originator d@example.com -recipients e@example.com]
mime::finalize $t
