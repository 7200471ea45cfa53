# copymessage to channels of several kinds.
package require mime
set t [mime::initialize -canonical text/plain -string "first\nsecond\n" -header {Content-ID <c@example.com>} -header {Subject channels}]
foreach translation {lf crlf binary} {
    set f [open out.txt w]
    fconfigure $f -translation $translation
    mime::copymessage $t $f
    close $f
    set f [open out.txt r]
    fconfigure $f -translation binary
    set got [read $f]
    close $f
    puts "$translation: [string length $got] octets, [regexp -all \r\n $got] CRLF, [regexp -all \n $got] LF"
}
file delete out.txt
set p [open "|cat" r+]
fconfigure $p -translation lf
mime::copymessage $t $p
flush $p
gets $p line
puts "through a pipe: $line"
close $p
mime::finalize $t
