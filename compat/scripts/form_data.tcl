# Uses the mime package to build a form for an HTTP upload; nothing is mailed.
package require mime
set here [file dirname [info script]]
set parts {}
foreach {name value} {project "dma top" revision 1207 comment "a & b"} {
    lappend parts [mime::initialize -canonical text/plain -string $value \
        -header [list Content-Disposition "form-data; name=\"$name\""]]
}
lappend parts [mime::initialize -canonical application/octet-stream \
    -header {Content-Disposition {form-data; name="upload"; filename="logo.gif"}} \
    -file [file join $here files logo.gif]]
set form [mime::initialize -canonical multipart/form-data -parts $parts]
set text [mime::buildmessage $form]
# The boundary is in the header; a poster wants it as an HTTP header.
regexp {boundary="([^"]+)"} $text -> boundary
set text [string map [list $boundary BOUNDARY] $text]
regsub -all {Content-ID: [^\r\n]*} $text {Content-ID: X} text
set body [string range $text [expr {[string first "\r\n\r\n" $text] + 4}] end]
foreach line [split [string map {\r {}} $body] \n] { puts "| $line" }
mime::finalize $form -subordinates all
