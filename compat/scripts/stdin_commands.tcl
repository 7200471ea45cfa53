# Reads orders from stdin: "to", "subject", "text", "send", "quit" - an early chat-bot.
package require mime
package require smtp
array set m {to {} subject {} text {}}
while {[gets stdin line] >= 0} {
    set rest [string trim [string range $line [string wordend $line 0] end]]
    switch -regexp -- $line {
        {^to }      { lappend m(to) $rest }
        {^subject } { set m(subject) $rest }
        {^text}     { append m(text) $rest \n }
        {^send$} {
            if {![llength $m(to)]} { puts "error: to whom?"; continue }
            set t [mime::initialize -canonical text/plain -string $m(text)]
            set r [smtp::sendmessage $t -servers localhost -originator bot@example.com \
                -header [list To [join $m(to) ,]] -header [list Subject $m(subject)]]
            mime::finalize $t
            puts "ok $r"
            array set m {to {} subject {} text {}}
        }
        {^quit$}    { puts bye; exit 0 }
        default     { puts "error: what is <$line>?" }
    }
}
puts "end of input"
