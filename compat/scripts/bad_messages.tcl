# Broken messages, and what is read from them.
package require mime
proc try {text} {
    set code [catch {mime::initialize -string $text} t]
    if {$code} { puts "error: $t"; return }
    puts "[mime::getproperty $t content] parts: [expr {[catch {mime::getproperty $t parts} p] ? 0 : [llength $p]}] names: [lsort [mime::getheader $t -names]]"
}
try ""
try "\n"
try "no header at all"
try "Subject: x"
try "Subject: x\n\n"
try "Subject x\n\nbody"
try "Content-Type: multipart/mixed\n\nbody"
try "Content-Type: multipart/mixed; boundary=b\n\nno boundary here\n"
try "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n"
try "Content-Type: multipart/mixed; boundary=b\n\n--b--\n"
try "Content-Type: message/rfc822\n\nSubject: inner\n\nbody\n"
try "Content-Type: nonsense\n\nbody"
try "Content-Type: text/plain; charset=utf-8\nContent-Type: text/html\n\nbody"
try "Content-Transfer-Encoding: strange\n\nbody"
try " leading: x\n\nbody"
try "A: 1\n B\n\tC\n\nbody"
