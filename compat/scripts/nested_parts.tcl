# Parts in parts in parts, and finalize with each of its settings.
package require mime
package require smtp
set leaves {}
set tok [mime::initialize -canonical text/plain -string "innermost\n"]
lappend leaves $tok
foreach kind {alternative related mixed} {
    set side [mime::initialize -canonical text/plain -string "beside $kind\n"]
    lappend leaves $side
    set tok [mime::initialize -canonical multipart/$kind -parts [list $side $tok]]
}
puts [smtp::sendmessage $tok -servers mailhost -originator n@example.com -recipients o@example.com]
mime::finalize $tok -subordinates none
foreach l $leaves { puts -nonewline "[catch {mime::getproperty $l content}] " }
puts ""
foreach l $leaves { mime::finalize $l }
set msg [mime::initialize -string "Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\n\ntwo\n--x--\n"]
set kids [mime::getproperty $msg parts]
mime::finalize $msg -subordinates dynamic
puts [catch {mime::getbody [lindex $kids 0]}]
