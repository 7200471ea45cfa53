# Plugins run in child interpreters and mail by themselves.
interp create plugin
plugin eval [list set auto_path $auto_path]
plugin alias report puts
puts [plugin eval {
    package require mime
    package require smtp
    set t [mime::initialize -canonical text/plain -string "from a plugin\n"]
    set r [smtp::sendmessage $t -servers mailhost -originator plugin@example.com -recipients ops@example.com]
    report "plugin says <$r>"
    mime::finalize $t
    info commands ::smtp::sendmessage
}]
puts [info commands ::smtp::sendmessage]
set inner [interp create {plugin deeper}]
puts [interp eval {plugin deeper} {catch {package require mime; mime::initialize -canonical text/plain -string x} r; string match ::mime::* $r}]
interp delete plugin
puts "gone [interp exists plugin]"
