# Configuration from the environment, with defaults.
package require mime
package require smtp
proc setting {name default} {
    global env
    if {[info exists env($name)] && $env($name) != ""} { return $env($name) }
    return $default
}
set server [setting REPORT_SERVER mailhost]
set to [setting REPORT_TO root@example.com]
puts "server $server, to $to, level [setting REPORT_LEVEL info]"
set t [mime::initialize -canonical text/plain -string "level [setting REPORT_LEVEL info]\n"]
puts [smtp::sendmessage $t -servers $server -originator env@example.com -recipients $to]
mime::finalize $t
