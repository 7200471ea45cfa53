# Quotes a message in a reply: text of the first text part, with > in front.
package require mime
package require smtp
proc text_of {tok} {
    if {[string match multipart/* [mime::getproperty $tok content]]} {
        foreach p [mime::getproperty $tok parts] { if {[set r [text_of $p]] ne ""} { return $r } }
        return ""
    }
    if {[string match text/* [mime::getproperty $tok content]]} { return [mime::getbody $tok -decode] }
    return ""
}
set in [mime::initialize -file [file join [file dirname [info script]] files licence.eml]]
set q ""
foreach l [split [string trimright [text_of $in]] \n] { append q "> $l\n" }
puts $q
set re [mime::initialize -canonical text/plain -string "$q\nThanks.\n"]
array set a [lindex [mime::parseaddress [lindex [mime::getheader $in From] 0]] 0]
puts [smtp::sendmessage $re -servers mailhost -originator ann@example.com -header [list To $a(proper)] -header [list Subject "Re: [lindex [mime::getheader $in Subject] 0]"] -header [list In-Reply-To [lindex [mime::getheader $in Message-ID] 0]]]
