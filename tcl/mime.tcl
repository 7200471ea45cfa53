# The commands of the mime package: each hands its words to Python and returns what comes back.

namespace eval ::mime {
    namespace export copymessage finalize getbody getheader getproperty initialize mapencoding parseaddress \
        parsedatetime reversemapencoding setheader uniqueID
}

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
