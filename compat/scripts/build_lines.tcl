# buildmessage, line by line, as a spool writer does.
package require mime
set t [mime::initialize -canonical text/plain -encoding quoted-printable \
    -header {From spool@example.com} -header {To printer@example.com} -header {Subject {Page 1}} \
    -string "A line that is so long that it has to be broken, for no printer has as many columns as that.\n.\n..dots\nFrom = start\n"]
set text [mime::buildmessage $t]
set n 0
foreach line [split $text \n] {
    set line [string trimright $line \r]
    if {[string match Content-ID:* $line]} { set line "Content-ID: (some)" }
    puts [format "%02d %s" [incr n] $line]
}
puts "bare: [regexp {[^\r]\n} $text]"
mime::finalize $t
