# Charsets that Tcl does not know, in parameters and in messages.
package require mime
package require smtp
foreach cs {x-none "" unknown-8bit utf8 UTF-8 "utf-8 " latin1 ks_c_5601-1987 gb2312} {
    set t [mime::initialize -canonical text/plain -param [list charset $cs] -string "plain\n"]
    puts "<$cs> [catch {mime::getbody $t -decode} r] $r[catch {smtp::sendmessage $t -servers mailhost -originator a@example.com -recipients b@example.com} r] $r"
    mime::finalize $t
}
