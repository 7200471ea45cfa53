# Mails whatever it is given as arguments, each with the type of its extension.
package require mime
package require smtp

array set types {
    .txt text/plain  .csv text/csv  .html text/html  .gif image/gif  .png image/png
    .pdf application/pdf  .gz application/x-gzip  .bin application/octet-stream
}
set parts [list [mime::initialize -canonical text/plain -string "[llength $argv] files.\n"]]
foreach file $argv {
    set ext [string tolower [file extension $file]]
    set type [expr {[info exists types($ext)] ? $types($ext) : "application/octet-stream"}]
    set name [file tail $file]
    set opts [list -canonical $type -param [list name $name] \
        -header [list Content-Disposition "attachment; filename=$name"] -file $file]
    if {![string match text/* $type]} { lappend opts -encoding base64 }
    lappend parts [set p [eval mime::initialize $opts]]
    puts "$name: $type, [mime::getproperty $p size] bytes, encoding <[mime::getproperty $p encoding]>"
}
set mail [mime::initialize -canonical multipart/mixed -parts $parts]
puts [smtp::sendmessage $mail -servers mailhost -originator files@example.com \
    -recipients store@example.com -header {Subject Files}]
mime::finalize $mail -subordinates dynamic
