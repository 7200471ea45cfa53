# What copymessage does to the channel's settings.
package require mime
set t [mime::initialize -canonical text/plain -param {charset utf-8} -string "caf\u00e9\n"]
set f [open out.txt w]
foreach {tr enc} {auto utf-8 lf iso8859-1 crlf utf-8 binary binary} {
    fconfigure $f -translation $tr
    if {$tr ne "binary"} { fconfigure $f -encoding $enc }
    set before [list [fconfigure $f -translation] [fconfigure $f -encoding] [fconfigure $f -buffering]]
    mime::copymessage $t $f
    puts "$tr [string equal $before [list [fconfigure $f -translation] [fconfigure $f -encoding] [fconfigure $f -buffering]]]"
}
close $f
puts [catch {mime::copymessage $t $f} r]
set f [open out.txt r]
puts [catch {mime::copymessage $t $f} r]
close $f
file delete out.txt
