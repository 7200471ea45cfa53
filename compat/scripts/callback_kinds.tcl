# Callbacks: in a namespace, with arguments, with a break, with an error.
package require mime
namespace eval reader {
    variable got {}
    proc cb {tag what {data {}}} { variable got; lappend got $tag:$what; return $tag-$what }
    proc read {t} { mime::getbody $t -command [namespace code [list cb ns]] }
}
set t [mime::initialize -canonical text/plain -string [string repeat x 10]]
puts [reader::read $t]
puts $reader::got
proc breaks {what args} { if {$what eq "data"} { return -code break }; return over }
puts [catch {mime::getbody $t -command breaks} r]$r
proc fails {what args} { if {$what eq "data"} { error bad "info here" {MY CODE} }; error "again in $what" }
puts [catch {mime::getbody $t -command fails} r]$r
puts [catch {mime::getbody $t -command nosuch} r]$r
puts [catch {mime::getbody $t -command reader::cb -blocksize 0} r]
