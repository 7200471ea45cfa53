# The commands of the smtp package: each hands its words to Python and returns what comes back.

package require mime

namespace eval ::smtp { namespace export sendmessage }

proc ::smtp::sendmessage {part args} { return {*}[::tclsmtp::dispatch smtp::sendmessage $part {*}$args] }
proc ::smtp::boolean value { return {*}[::tclsmtp::dispatch smtp::boolean $value] }
