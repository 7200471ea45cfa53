# The quoted-printable codec, by itself.
package require mime
foreach s [list "caf\u00e9 = 1" "tab\there " "line one\nline two " "_under_ ?quest?" [string repeat "long " 20]] {
    set q [mime::qp_encode $s]
    puts [list $q]
    puts [string equal [mime::qp_decode $q] $s]
}
puts [mime::qp_encode "a b_c" 1]
puts [list [mime::qp_encode "keep this on one line [string repeat x 80]" 0 1]]
puts [mime::qp_decode "a_b=5F" 1]
puts [list [mime::qp_decode "soft=\nbreak"]]
