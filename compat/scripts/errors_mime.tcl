# What the mime package says to wrong calls.
package require mime
set t [mime::initialize -canonical text/plain -string x]
foreach call {
    {mime::initialize}
    {mime::initialize -canonical text/plain}
    {mime::initialize -canonical text/plain -string x -file y}
    {mime::initialize -canonical text/plain -file no/such/file}
    {mime::initialize -bogus 1}
    {mime::initialize -canonical text/plain -encoding rot13 -string x}
    {mime::initialize -canonical text/plain -param charset -string x}
    {mime::initialize -canonical multipart/mixed -string x}
    {mime::finalize}
    {mime::finalize ::mime::99999}
    {mime::finalize $t -subordinates some}
    {mime::getproperty}
    {mime::getheader $t No-Such}
    {mime::setheader $t A}
    {mime::getbody $t -bogus}
    {mime::copymessage $t}
    {mime::buildmessage}
    {mime::parseaddress}
    {mime::parsedatetime x}
} {
    set code [catch $call err]
    if {[string match {::mime::[0-9]*} $err]} { mime::finalize $err; set err token }
    regsub {::mime::\d+} $err TOKEN err
    puts "$call -> $code $err"
}
