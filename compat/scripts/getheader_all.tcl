# All headers in one list: what old debuggers print. (Its form is of the release.)
package require mime
set t [mime::initialize -string "From: a@example.com\nX-A: 1\nX-A: 2\nSubject: s\n\ntext\n"]
array set h [mime::getheader $t]
puts [lsort [array names h]]
puts $h(Subject)
puts [mime::getheader $t X-A]
mime::finalize $t
