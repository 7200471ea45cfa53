# Helpers of the package that some programs call although they are not documented.
package require mime
package require smtp
foreach line [list "short" [string repeat x 80] "caf\u00e9" "From me" "." "trailing "] {
    puts "[string range $line 0 10]: [mime::encodingasciiP $line] [mime::encodinglineP $line]"
}
foreach text [list "plain\n" "caf\u00e9\n" "a.\n.\nb" [string repeat y 1200]] {
    set t [mime::initialize -canonical text/plain -string $text]
    puts "encoding <[mime::encoding $t]> size [mime::getsize $t] type [mime::getContentType $t] cte <[mime::getTransferEncoding $t]>"
    mime::finalize $t
}
set p [mime::initialize -canonical image/gif -param {name x.gif} -string "GIF89a\0\1\2"]
puts "<[mime::encoding $p]> <[mime::getTransferEncoding $p]> [mime::getContentType $p] [mime::getsize $p]"
mime::finalize $p
foreach v {yes No 1 off TRUE} { puts "$v [smtp::boolean $v]" }
puts [catch {smtp::boolean maybe} e]$e
