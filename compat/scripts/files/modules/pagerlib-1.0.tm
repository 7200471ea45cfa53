package require mime
package require smtp
namespace eval pagerlib {
    namespace export page
    proc page {numbers text} {
        set done {}
        foreach n $numbers {
            set t [mime::initialize -canonical text/plain -string [string range $text 0 79]]
            set bad [smtp::sendmessage $t -servers pager.example.net -originator noc@example.com \
                -recipients $n@pager.example.net]
            mime::finalize $t
            lappend done $n [expr {[llength $bad] ? "failed" : "ok"}]
        }
        return $done
    }
}
package provide pagerlib 1.0
