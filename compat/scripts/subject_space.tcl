# Values with blanks at their ends, line breaks with and without blank, tabs.
package require mime
package require smtp
foreach s [list " lead" "trail " "a\n b" "a\n\tb" "a\r\n b" "tab\there" "semi; colon: \"q\" (c) <x>" "=?fake?Q?word?=" "\\back\\slash" "%s %d \$x \[y\] {z"] {
    set t [mime::initialize -canonical text/plain -string "x\n"]
    puts [catch {smtp::sendmessage $t -servers mailhost -originator o@example.com -recipients b@example.com -header [list Subject $s]} e]
    mime::setheader $t X-Same $s
    puts [list [mime::getheader $t X-Same]]
    mime::finalize $t
}
