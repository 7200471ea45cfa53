# An HTML page with its picture inside: multipart/related and Content-ID.
package require mime
package require smtp

set files [file join [file dirname [info script]] files]
set f [open [file join $files page.html]]
set page [read $f]
close $f

set html [mime::initialize -canonical text/html -encoding quoted-printable -string $page]
set png [mime::initialize -canonical image/png -param {name chart.png} \
    -header {Content-ID <chart@reports.example.com>} \
    -header {Content-Disposition {inline; filename="chart.png"}} \
    -encoding base64 \
    -file [file join $files chart.png]]
set related [mime::initialize -canonical multipart/related -param {type text/html} -parts "$html $png"]
mime::setheader $related Subject "Weekly numbers, with chart"
puts [mime::getheader $png Content-ID]
puts [smtp::sendmessage $related -servers mailhost -originator reports@example.com \
    -recipients board@example.com]
mime::finalize $related -subordinates all
