# What an interpreter needs before its script runs: the packages on offer, ahead of any tcllib, and the same in its children.
#
# Commands that Python puts here first:
#   ::tclsmtp::dispatch command ?word ...?        runs a command for this interpreter
#   ::tclsmtp::python path command ?word ...?     runs a command for the interpreter of that path
# Both answer the words of a `return`: a value, or options and a message.

namespace eval ::tclsmtp {
    variable directory [file dirname [file normalize [info script]]]
    variable path {}
    variable reporters {}
    variable companions {tls 1.7.22 SASL 1.3.3}
    variable released {
        mime {1.0 1.1 1.2 1.3 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.3.6 1.4 1.4.1 1.5 1.5.1 1.5.2 1.5.3 1.5.4 1.5.5 1.5.6
            1.6 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2}
        smtp {1.0 1.1 1.2 1.3 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.3.6 1.4 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5 1.5 1.5.1 1.5.2}
    }
}

# ::tclsmtp::offer --
#   Offers each package that is not loaded yet, and forgets what an index on auto_path offered under its name.
proc ::tclsmtp::offer {} {
    variable released
    dict for {package versions} $released {
        if {[package provide $package] ne ""} continue
        package forget $package
        foreach version $versions { offer_version $package $version }
    }
}

proc ::tclsmtp::offer_version {package version} {
    package ifneeded $package $version [list ::tclsmtp::provide $package $version]
}

# ::tclsmtp::offer_unreleased --
#   Offers a 1.x version that was never released, so that a requirement for it is met.
#   Arguments: the package, and the requirements as `package unknown` gets them (1.9, 1.9-, 1.9-2)
proc ::tclsmtp::offer_unreleased {package requirements} {
    foreach requirement $requirements {
        set version [lindex [split $requirement -] 0]
        if {[string match 1.* $version]} { offer_version $package $version }
    }
}

# ::tclsmtp::provide --
#   Loads a package in the version that was asked for.
proc ::tclsmtp::provide {package version} {
    variable directory
    uplevel #0 [list source -encoding utf-8 [file join $directory $package.tcl]]
    package provide $package $version
}

# ::tclsmtp::unknown --
#   Stands before the interpreter's own `package unknown` handler, which reads every index on auto_path.
proc ::tclsmtp::unknown {previous package args} {
    variable released
    offer
    if {[dict exists $released $package]} {
        offer_unreleased $package $args
        if {[llength $args] == 0} return
        foreach version [package versions $package] {
            if {[package vsatisfies $version {*}$args]} return
        }
    }
    if {$previous ne ""} { uplevel #0 [list {*}$previous $package {*}$args] }
    if {$package eq "Tk"} offer_tk
    offer_companion $package
    offer
}

# ::tclsmtp::offer_companion --
#   Offers a stand-in for a package that scripts load beside smtp and that is not installed: Python does its work.
proc ::tclsmtp::offer_companion {package} {
    variable companions
    if {[dict exists $companions $package] && ![llength [package versions $package]]} {
        offer_version $package [dict get $companions $package]
    }
}

# ::tclsmtp::offer_tk --
#   Offers the Tk that came with Python, where there is one and no index on auto_path has another. Tk and Tcl are released
#   together, under the same version.
proc ::tclsmtp::offer_tk {} {
    if {[llength [info commands ::tclsmtp::load_tk]] && ![llength [package versions Tk]]} {
        package ifneeded Tk [info patchlevel] {
            if {[set ::tclsmtp::result [::tclsmtp::load_tk]] ne ""} { error $::tclsmtp::result }
        }
    }
}

# ::tclsmtp::invoke --
#   Runs a command for Python, at the global level of the interpreter of that path.
#   Result: none; the command's own is left in ::tclsmtp::result, where Python reads it as a string.
proc ::tclsmtp::invoke {path args} {
    variable result
    if {$path eq ""} { set result [uplevel #0 $args] } else { set result [interp eval $path [list uplevel #0 $args]] }
    return
}

# ::tclsmtp::attempt --
#   Runs a callback for Python: a script, with further words behind it, where `invoke` runs a command.
#   Result: its return code; what it answered is left in ::tclsmtp::result
proc ::tclsmtp::attempt {path script args} {
    variable result
    if {$path eq ""} { return [catch { uplevel #0 $script $args } result] }
    # Caught there, as a `return` is an ordinary end to `interp eval`.
    set code [interp eval $path [list ::tclsmtp::attempt {} $script {*}$args]]
    set result [interp eval $path {set ::tclsmtp::result}]
    if {$code == 1} { foreach name {::errorCode ::errorInfo} { set $name [interp eval $path [list set $name]] } }
    return $code
}

# ::tclsmtp::interp_left --
#   Runs after each `interp` command: a child that was created gets all this too, unless it is safe.
proc ::tclsmtp::interp_left {words code result operation} {
    if {$code != 0} return
    switch -glob [lindex $words 1] {
        cr* { if {![interp issafe $result]} { adopt $result } }
        de* { python {} prune }
    }
}

# ::tclsmtp::adopt --
#   Sets up a child interpreter: its commands reach Python with its path in front, and its tokens are its own.
proc ::tclsmtp::adopt {child} {
    variable path
    variable directory
    set full [list {*}$path {*}$child]
    interp eval $child {namespace eval ::tclsmtp {}}
    interp alias $child ::tclsmtp::python {} ::tclsmtp::python
    interp alias $child ::tclsmtp::dispatch {} ::tclsmtp::python $full
    python $full adopt
    interp eval $child [list source -encoding utf-8 [file join $directory tclsmtp.tcl]]
    interp eval $child [list set ::tclsmtp::path $full]
    variable executable
    if {[info exists executable]} { interp eval $child [list ::tclsmtp::name_executable $executable] }
    if {[llength [info commands ::tclsmtp::leave]]} {
        interp alias $child ::tclsmtp::leave {} ::tclsmtp::leave
        interp eval $child ::tclsmtp::provide_exit
    }
}

# ::tclsmtp::exit --
#   Checks the exit status as Tcl's own `exit` does (in the words of a command that reads an integer as it does, and does
#   nothing with it), and leaves through Python with the status that the operating system would see.
proc ::tclsmtp::exit {{returnCode 0}} {
    if {[catch { string repeat {} $returnCode } message options]} {
        return -code error -errorcode [dict get $options -errorcode] $message
    }
    leave [expr {$returnCode & 255}]
}

# ::tclsmtp::native_exit --
#   Ends the process as Tcl does: channels are flushed. tkinter deleted the command, a new interpreter has it.
proc ::tclsmtp::native_exit {returnCode} { interp invokehidden [interp create -safe] exit $returnCode }

# ::tclsmtp::name_executable --
#   Sets what `info nameofexecutable` answers here and in children made from now on.
proc ::tclsmtp::name_executable {file} {
    variable executable $file
    proc ::tcl::info::nameofexecutable {} [list return $file]
}

# ::tclsmtp::provide_exit --
#   Makes ::tclsmtp::exit the `exit` of this interpreter, which tkinter leaves without one.
proc ::tclsmtp::provide_exit {} { interp alias {} exit {} ::tclsmtp::exit }

# ::tclsmtp::watch_children --
#   Lets `interp_left` follow each `interp` command.
proc ::tclsmtp::watch_children {} { trace add execution ::interp leave ::tclsmtp::interp_left }

# ::tclsmtp::cancel --
#   Ends what runs in this interpreter and in all below it; no `catch` stops that. A trace that ran after `interp cancel`
#   would end the cancellation, so `recover` must be called when all is unwound.
proc ::tclsmtp::cancel {} {
    trace remove execution ::interp leave ::tclsmtp::interp_left
    foreach child [interp slaves] { cancel_child $child }
    silence {}
    interp cancel -unwind
}

# ::tclsmtp::silence --
#   Keeps an event handler that ends by being cancelled from being reported as a background error.
proc ::tclsmtp::silence {path} {
    variable reporters
    dict set reporters $path [interp bgerror $path]
    interp bgerror $path list
}

# ::tclsmtp::report_again --
#   Undoes `silence`, behind the report that may be due.
proc ::tclsmtp::report_again {path} {
    variable reporters
    if {[dict exists $reporters $path]} {
        after idle [list catch [list interp bgerror $path [dict get $reporters $path]]]
    }
}

# ::tclsmtp::recover --
#   Makes all that `cancel` ended usable again.
proc ::tclsmtp::recover {} {
    watch_children
    report_again {}
    foreach child [interp slaves] { recover_child $child }
}

# A cancelled interpreter refuses one command more, and only one given as a list, not as a script, ends that state.
proc ::tclsmtp::recover_child {path} {
    catch { interp eval $path [list list] }
    report_again $path
    foreach child [interp slaves $path] { recover_child [list {*}$path $child] }
}

proc ::tclsmtp::cancel_child {path} {
    foreach child [interp slaves $path] { cancel_child [list {*}$path $child] }
    silence $path
    interp cancel -unwind -- $path
}

# ::tclsmtp::close --
#   Does now what deleting the interpreter would do, whenever that comes: children, timers and channels end.
proc ::tclsmtp::close {} {
    trace remove execution ::interp leave ::tclsmtp::interp_left
    foreach child [interp slaves] { interp delete $child }
    foreach timer [after info] { after cancel $timer }
    foreach channel [file channels] {
        if {$channel in {stdin stdout stderr}} { catch { flush $channel } } else { catch { ::close $channel } }
    }
}

package unknown [list ::tclsmtp::unknown [package unknown]]
::tclsmtp::watch_children
::tclsmtp::offer
