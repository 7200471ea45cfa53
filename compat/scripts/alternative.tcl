# Text and HTML, with attachments: multipart/alternative inside of multipart/mixed.
package require mime
package require smtp
set dir [file join [file dirname [info script]] files]

set plain [mime::initialize -canonical text/plain -string "Weekly numbers\n\nAll green.\n"]
set html  [mime::initialize -canonical text/html -param {charset us-ascii} -file [file join $dir page.html]]
set both  [mime::initialize -canonical multipart/alternative -parts [list $plain $html]]

set parts [list $both]
foreach {name type} {usage.csv text/csv datasheet.pdf application/pdf} {
    lappend parts [mime::initialize -canonical "$type; name=\"$name\"" \
        -encoding base64 \
        -header [list Content-Disposition "attachment; filename=\"$name\""] \
        -file [file join $dir $name]]
}
set mail [mime::initialize -canonical multipart/mixed -parts $parts]

puts "type [mime::getproperty $mail content], [llength [mime::getproperty $mail parts]] parts"
foreach p [mime::getproperty $mail parts] {
    puts "  [mime::getproperty $p content] [mime::getproperty $p encoding]"
}
set bad [smtp::sendmessage $mail -servers mailhost \
    -header [list From "Reports <reports@example.com>"] \
    -header [list To "management@example.com"] \
    -header [list Cc "ann@example.com"] \
    -header [list Subject "Weekly numbers"]]
puts "refused: $bad"
mime::finalize $mail -subordinates all
puts "left: [catch {mime::getproperty $plain}]"
