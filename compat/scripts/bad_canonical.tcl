# Types that are none.
package require mime
foreach c {text text/ /plain {text/plain;} {text/plain; charset} {text/plain; charset=} {text plain} {} {text/plain (comment)} {a/b; c="d e"; f=g}} {
    set code [catch {mime::initialize -canonical $c -string x} r]
    if {!$code} { set r "[mime::getproperty $r content] | [mime::getproperty $r params] | [lsort [mime::getheader $r -names]]" }
    puts "<$c> $code $r"
}
