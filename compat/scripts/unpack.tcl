# munpack(1): writes the attachments of a message to files and tells their sizes.
package require mime
proc safe_name {s} { regsub -all {[^A-Za-z0-9._-]} [file tail $s] _ s; return $s }
proc unpack {tok} {
    if {![catch {mime::getproperty $tok parts} parts]} {
        foreach p $parts { unpack $p }
        return
    }
    array set params {name ""}
    array set params [mime::getproperty $tok params]
    if {$params(name) == ""} { puts "text: [string length [mime::getbody $tok]] characters"; return }
    set name [safe_name $params(name)]
    set f [open $name w]
    fconfigure $f -translation binary
    puts -nonewline $f [mime::getbody $tok]
    close $f
    puts "$name: [file size $name] bytes"
    file delete $name
}
set t [mime::initialize -file [file join [file dirname [info script]] files licence.eml]]
unpack $t
mime::finalize $t -subordinates all
