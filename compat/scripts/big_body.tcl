# Half a megabyte of text and of data.
package require mime
package require smtp
set text [string repeat "The quick brown fox jumps over the lazy dog. 0123456789\n" 9000]
set a [mime::initialize -canonical text/plain -string $text]
set b [mime::initialize -canonical application/octet-stream -encoding base64 -string $text]
set m [mime::initialize -canonical multipart/mixed -parts [list $a $b]]
puts "[string length $text] [mime::getproperty $m size] [expr {[string length [mime::buildmessage $a]] > 504000}]"
puts [smtp::sendmessage $m -servers mailhost -originator a@example.com -recipients b@example.com]
mime::finalize $m -subordinates all
