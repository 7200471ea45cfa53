# Reads encoded subjects as people see them.
package require mime
fconfigure stdout -encoding utf-8
foreach s {
    {=?iso-8859-1?Q?Drucker_f=FCr_K=F6ln?=}
    {=?utf-8?B?w4RuZGVydW5n?= der =?utf-8?Q?R=C3=A4ume?=}
    {=?koi8-r?B?7NjXz9c=?=}
    {=?ISO-8859-15?Q?100_=A4?= (=?iso-8859-1?q?g=FCltig?=)}
    {plain =text= ?here?}
    {=?no-such-charset?Q?x?=}
} {
    if {[catch {mime::field_decode $s} out]} { set out "error: $out" }
    puts "$s -> $out"
}
puts [mime::word_decode {=?iso-8859-1?Q?caf=E9?=}]
puts [catch {mime::word_decode {no word at all}} err]
puts $err
