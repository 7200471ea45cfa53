# Helper commands that the recorded calls of this folder use, and `recorded`, which runs a call as it was recorded:
# its completion code, its result, and how often and with what the callback `cb` was called, with all but printable
# ASCII as \uXXXX.
package require mime
package require smtp
proc esc s {
    set o ""
    foreach c [split $s ""] {
        scan $c %c n
        if {$n == 92} { append o \\\\ } elseif {$n < 32 || $n > 126} { append o [format \\u%04x $n] } else { append o $c }
    }
    return $o
}
proc srt d { set o {}; foreach k [lsort [dict keys $d]] { lappend o $k [dict get $d $k] }; return $o }
proc tree t {
    set o {}
    foreach p {content encoding size} { catch {mime::getproperty $t $p} v; lappend o $p $v }
    catch {mime::getproperty $t params} v
    catch {set v [srt $v]}
    lappend o params $v
    lappend o props [lsort [mime::getproperty $t -names]]
    catch {mime::getheader $t} v
    lappend o header $v
    catch {mime::getheader $t -names} v
    lappend o names $v
    if {[catch {mime::getproperty $t parts} ps]} {
        catch {mime::getbody $t} v
        lappend o body $v
        catch {mime::getbody $t -decode} v
        lappend o decoded $v
    } else {
        foreach p $ps { lappend o [tree $p] }
    }
    return $o
}
proc built t {
    set o [tree $t]
    catch {mime::buildmessage $t} v
    lappend o built $v
    mime::finalize $t
    return $o
}
proc P s { built [mime::initialize -string $s] }
proc PF s {
    set f [open $::tmpf w]
    fconfigure $f -translation binary
    puts -nonewline $f $s
    close $f
    built [mime::initialize -file $::tmpf]
}
proc B s {
    set t [eval mime::initialize $s]
    set o [tree $t]
    catch {mime::buildmessage $t} v
    lappend o built $v
    mime::finalize $t -subordinates all
    return $o
}
proc H args {
    set t [mime::initialize -canonical text/plain -string body]
    set o {}
    foreach c $args { set k [catch {eval $c} v]; lappend o $k $v }
    mime::finalize $t
    return $o
}
proc cb args { lappend ::cbs $args; return $args }
proc recorded script {
    set ::cbs {}
    set code [catch {uplevel #0 $script} value]
    return [list $code [string trimright "[esc $value] [esc $::cbs]"]]
}
