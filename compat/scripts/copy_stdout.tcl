# Shows the message instead of sending it, when it is only a test.
package require mime
set t [mime::initialize -canonical text/plain -string "Just a test\n"]
foreach {k v} {From a@example.com To b@example.com Subject "dry run" Content-ID "<fixed@example.com>"} {
    mime::setheader $t $k $v
}
fconfigure stdout -translation lf
mime::copymessage $t stdout
mime::finalize $t
