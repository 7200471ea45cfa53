# Prints the header of a message that was read, one line each.
package require mime
set t [mime::initialize -file [file join [file dirname [info script]] files licence.eml]]
foreach name [mime::getheader $t -names] {
    foreach value [mime::getheader $t $name] {
        regsub -all {\s+} $value { } value
        puts "$name: $value"
    }
}
puts "Received: [llength [mime::getheader $t Received]] value(s)"
puts [catch {mime::getheader $t X-Spam-Status} e]
mime::finalize $t -subordinates all
