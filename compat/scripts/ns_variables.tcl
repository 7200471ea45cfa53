# State of the application in arrays, with upvar and trace, and mail when a value changes.
package require mime
package require smtp
array set sensor {temp 21 fan 3000}
proc alarm {name index op} {
    upvar #0 $name a
    if {$index == "temp" && $a(temp) > 60} {
        set t [mime::initialize -canonical text/plain -string "temperature $a(temp)\n"]
        puts "alarm at $a(temp): <[smtp::sendmessage $t -servers mailhost -originator rack7@example.com -recipients noc@example.com]>"
        mime::finalize $t
    }
}
trace variable sensor w alarm
foreach v {30 61 59 75} { set sensor(temp) $v }
