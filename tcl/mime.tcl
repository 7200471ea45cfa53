# The commands of the mime package: each hands its words to Python and returns what comes back.

namespace eval ::mime {
    namespace export copymessage finalize getbody getheader getproperty initialize mapencoding parseaddress \
        parsedatetime reversemapencoding setheader uniqueID
    variable encodings
    variable reversemap
}
apply {table {
    array set ::mime::encodings [lindex $table 0]
    array set ::mime::reversemap [lindex $table 1]
}} [lindex [::tclsmtp::dispatch mime::tables] 0]

# tcllib's packages leave what they caught in these two, and there are scripts that print them though nothing failed.
if {![info exists ::errorInfo]} { set ::errorInfo {} }
if {![info exists ::errorCode]} { set ::errorCode NONE }

proc ::mime::initialize args { return {*}[::tclsmtp::dispatch mime::initialize {*}$args] }
proc ::mime::finalize {token args} { return {*}[::tclsmtp::dispatch mime::finalize $token {*}$args] }
proc ::mime::getproperty {token {property {}}} { return {*}[::tclsmtp::dispatch mime::getproperty $token $property] }
proc ::mime::getheader {token {key {}}} { return {*}[::tclsmtp::dispatch mime::getheader $token $key] }
proc ::mime::setheader {token key value args} {
    return {*}[::tclsmtp::dispatch mime::setheader $token $key $value {*}$args]
}
proc ::mime::getbody {token args} { return {*}[::tclsmtp::dispatch mime::getbody $token {*}$args] }
proc ::mime::copymessage {token channel} { return {*}[::tclsmtp::dispatch mime::copymessage $token $channel] }
proc ::mime::buildmessage token { return {*}[::tclsmtp::dispatch mime::buildmessage $token] }
proc ::mime::parseaddress string { return {*}[::tclsmtp::dispatch mime::parseaddress $string] }
proc ::mime::parsedatetime {value property} { return {*}[::tclsmtp::dispatch mime::parsedatetime $value $property] }
proc ::mime::uniqueID {} { return {*}[::tclsmtp::dispatch mime::uniqueID] }
# Scripts put one of their own in its place, which tcllib asks for all ids.
trace add command ::mime::uniqueID delete {::tclsmtp::dispatch mime::own_ids}
proc ::mime::mapencoding enc { return {*}[::tclsmtp::dispatch mime::mapencoding $enc] }
proc ::mime::reversemapencoding mimeType { return {*}[::tclsmtp::dispatch mime::reversemapencoding $mimeType] }
proc ::mime::qp_encode {string {encoded_word 0} {no_softbreak 0}} {
    return {*}[::tclsmtp::dispatch mime::qp_encode $string $encoded_word $no_softbreak]
}
proc ::mime::qp_decode {string {encoded_word 0}} {
    return {*}[::tclsmtp::dispatch mime::qp_decode $string $encoded_word]
}
proc ::mime::word_encode {charset method string args} {
    return {*}[::tclsmtp::dispatch mime::word_encode $charset $method $string {*}$args]
}
proc ::mime::word_decode encoded { return {*}[::tclsmtp::dispatch mime::word_decode $encoded] }
proc ::mime::field_decode field { return {*}[::tclsmtp::dispatch mime::field_decode $field] }
proc ::mime::encoding token { return {*}[::tclsmtp::dispatch mime::encoding $token] }
proc ::mime::encodingasciiP line { return {*}[::tclsmtp::dispatch mime::encodingasciiP $line] }
proc ::mime::encodinglineP line { return {*}[::tclsmtp::dispatch mime::encodinglineP $line] }
proc ::mime::getsize token { return {*}[::tclsmtp::dispatch mime::getsize $token] }
proc ::mime::getContentType token { return {*}[::tclsmtp::dispatch mime::getContentType $token] }
proc ::mime::getTransferEncoding token { return {*}[::tclsmtp::dispatch mime::getTransferEncoding $token] }

# ::tclsmtp::element --
#   Reads an array of this interpreter.
#   Result: a list of the element, or of nothing where there is none
proc ::tclsmtp::element {array name} {
    upvar #0 $array elements
    if {[info exists elements($name)]} { return [list $elements($name)] }
}

# ::tclsmtp::convert --
#   Runs `encoding convertto` or `convertfrom`. Names of encodings are kept: while its name is, Tcl keeps an encoding, and
#   to read it from its file again takes a millisecond.
proc ::tclsmtp::convert {direction encoding text} {
    variable held
    if {[info exists held($encoding)]} { return [encoding $direction $held($encoding) $text] }
    set result [encoding $direction $encoding $text]
    set held($encoding) $encoding
    return $result
}
