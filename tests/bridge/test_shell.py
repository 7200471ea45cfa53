"""What tclsh does around a script; each test with `shell` runs under tclsh and under tclsmtp."""

from __future__ import annotations

import pytest

from tclsmtp import Interpreter
from tests.support.sink import Sink
from tests.support.tclsh import Outcome, Shell

# What a script finds


def test_the_command_line_is_in_argv0_argv_and_argc(shell: Shell) -> None:
    told = shell.run("puts $argv0; puts $argv; puts $argc", "a", "b c", "", "{", "-x")
    assert told == Outcome(0, "script.tcl\na {b c} {} \\{ -x\n5\n", "")


def test_words_after_the_script_are_the_scripts(shell: Shell) -> None:
    assert shell.run("puts $argv", "--dialect", "2.0", "-encoding", "utf-8", "--help", "-").out == (
        "--dialect 2.0 -encoding utf-8 --help -\n"
    )


def test_a_script_is_not_interactive_and_at_the_top(shell: Shell) -> None:
    told = shell.run("puts $tcl_interactive,[info script],[info level],[info frame],$tcl_rcFileName")
    assert told.out == "0,script.tcl,0,1,~/.tclshrc\n"


def test_global_variables_are_tclshs_own(shell: Shell) -> None:
    names = "argc argv argv0 auto_path env tcl_interactive tcl_library tcl_patchLevel tcl_pkgPath tcl_platform"
    assert shell.run("puts [lsort [info globals]]").out == f"{names} tcl_rcFileName tcl_version\n"


@pytest.mark.parametrize(
    "what",
    ["info commands", "info procs", "interp slaves", "info loaded", "file channels", "namespace export", "after info"],
)
def test_a_new_interpreter_holds_what_it_does_in_tclsh(both: tuple[Shell, Shell], what: str) -> None:
    tclsh, tclsmtp = (shell.run(f"puts [lsort [{what}]]") for shell in both)
    assert tclsmtp == tclsh


def test_files_are_sourced_relative_to_the_script(shell: Shell) -> None:
    (shell.folder / "lib").mkdir()
    shell.write("lib/inner.tcl", "puts [file tail [info script]]; return 7")
    script = "puts [source [file join [file dirname [info script]] inner.tcl]]; puts [info script]"
    assert shell.run(script, name="lib/outer.tcl").out == "inner.tcl\n7\nlib/outer.tcl\n"


def test_a_script_that_hands_itself_to_a_shell_runs(shell: Shell) -> None:
    assert shell.run('#!/bin/sh\n# \\\nexec no-such-tclsh "$0" ${1+"$@"}\nputs $argv', "a").out == "a\n"


# Channels


@pytest.mark.parametrize("encoding", ["C", "C.UTF-8"])
def test_standard_channels_are_set_up_as_tclsh_does(both: tuple[Shell, Shell], encoding: str) -> None:
    script = "foreach c {stdin stdout stderr} {puts [fconfigure $c]}"
    tclsh, tclsmtp = (shell.run(script, env=shell.environment(LANG=encoding)) for shell in both)
    assert tclsmtp == tclsh
    assert f"-encoding {'iso8859-1' if encoding == 'C' else 'utf-8'}" in tclsh.out


def test_bytes_written_to_a_binary_channel_arrive_as_they_are(shell: Shell) -> None:
    told = shell.run("fconfigure stdout -translation binary; puts -nonewline [binary format H* 000d0a1aff80]")
    assert told.out == "\0\r\n\x1a\udcff\udc80"


def test_buffered_output_is_written_at_the_end(shell: Shell) -> None:
    shell.write("script.tcl", "fconfigure stdout -buffering full; puts -nonewline late; puts -nonewline stderr early")
    assert shell.start("script.tcl", how='"$@" 2>&1').out == "earlylate"


def test_stdin_is_read_by_lines(shell: Shell) -> None:
    script = "while {[gets stdin line] >= 0} {puts <$line>}; puts [eof stdin]"
    assert shell.run(script, stdin="one\n\ndr\u00e9i".encode()).out == "<one>\n<>\n<dr\u00e9i>\n1\n"


def test_stdin_is_read_as_bytes(shell: Shell) -> None:
    script = "fconfigure stdin -translation binary; puts [binary encode hex [read stdin]]"
    assert shell.run(script, stdin=b"\0\r\n\xff\x1a").out == "000d0aff1a\n"


def test_file_events_on_stdin(shell: Shell) -> None:
    script = "fileevent stdin readable {if {[gets stdin line] < 0} {exit 3}; puts <$line>}; vwait for-ever"
    assert shell.run(script, stdin=b"a\nb\n") == Outcome(3, "<a>\n<b>\n", "")


def test_a_pipeline_is_closed_at_the_end(shell: Shell) -> None:
    assert shell.run("set f [open |cat w]; puts $f buffered").out == "buffered\n"


def test_files_left_open_are_written(shell: Shell) -> None:
    shell.run("set f [open out.txt w]; puts -nonewline $f text; exit 0")
    assert (shell.folder / "out.txt").read_text() == "text"


# Standard channels that are closed, full or left by their reader


def test_what_is_written_to_a_closed_stdout_is_lost(shell: Shell) -> None:
    shell.write("script.tcl", "puts lost; flush stdout; puts stderr [file channels]; exit 4")
    assert shell.start("script.tcl", how='"$@" >&-') == Outcome(4, "", "stdin stdout stderr\n")


def test_a_closed_stdin_is_at_its_end(shell: Shell) -> None:
    shell.write("script.tcl", "puts [gets stdin line],[eof stdin]")
    assert shell.start("script.tcl", how='"$@" <&-').out == "-1,1\n"


def test_a_full_disk_is_an_error_of_the_script(shell: Shell) -> None:
    shell.write("script.tcl", "puts x")
    told = shell.start("script.tcl", how='"$@" >/dev/full')
    assert (told.status, told.err.partition("\n")[0]) == (1, 'error writing "stdout": no space left on device')


def test_output_that_nobody_reads_is_an_error_and_no_signal(shell: Shell) -> None:
    shell.write("script.tcl", "gets stdin; puts lost")
    # The reader closes its end, and only then gives the script the line that it waits for.
    how = 'mkfifo fifo; { "$@" < fifo; echo $? >&2; } | { exec <&-; echo > fifo; }'
    told = shell.start("script.tcl", how=how)
    assert told.err.startswith('error writing "stdout": broken pipe\n')
    assert told.err.endswith("\n1\n")


@pytest.mark.parametrize("how", ['"$@" 2>&-', '"$@" 2>/dev/full'])
def test_an_error_that_cannot_be_printed_still_gives_status_1(shell: Shell, how: str) -> None:
    shell.write("script.tcl", "puts x; error foo")
    assert shell.start("script.tcl", how=how) == Outcome(1, "x\n", "")


def test_a_script_without_any_standard_channel_runs(shell: Shell) -> None:
    shell.write("script.tcl", "set f [open out.txt w]; puts $f ok; close $f; exit 4")
    assert shell.start("script.tcl", how='"$@" <&- >&- 2>&-').status == 4
    assert (shell.folder / "out.txt").read_text() == "ok\n"


# The report of an error


def test_an_error_is_reported_with_its_trace(shell: Shell) -> None:
    told = shell.run("proc a {} {b}\nproc b {} {\n    error d\u00e9ep\n}\nputs first\na\nputs never")
    assert told == Outcome(
        1,
        "first\n",
        'd\u00e9ep\n    while executing\n"error d\u00e9ep"\n    (procedure "b" line 2)\n    invoked from within\n"b"\n'
        '    (procedure "a" line 1)\n    invoked from within\n"a"\n    (file "script.tcl" line 6)\n',
    )


TOP = '\n    (file "script.tcl" line 1)\n'
REPORTS = {
    "error foo": f'foo\n    while executing\n"error foo"{TOP}',
    "error foo {own trace}": f"own trace{TOP}",
    "error {}": f'\n    while executing\n"error {{}}"{TOP}',
    "break": f'invoked "break" outside of a loop\n    while executing\n"break"{TOP}',
    "return -code error foo": f'foo\n    while executing\n"return -code error foo"{TOP}',
    "return -code 5": f'command returned bad code: 5\n    while executing\n"return -code 5"{TOP}',
    "set x {unclosed": f'missing close-brace\n    while executing\n"set x {{"{TOP}',
    "no-such": f'invalid command name "no-such"\n    while executing\n"no-such"{TOP}',
    "unset -nocomplain errorInfo; error foo": f'foo\n    while executing\n"error foo"{TOP}',
    "rename puts my; proc puts args {my mine}; error foo": f'foo\n    while executing\n"error foo"{TOP}',
}


@pytest.mark.parametrize(("script", "report"), REPORTS.items())
def test_what_ends_a_script_is_reported(shell: Shell, script: str, report: str) -> None:
    assert shell.run(script) == Outcome(1, "", report)


@pytest.mark.parametrize("script", ["return", "return 5", "puts -nonewline {}; return -level 0 x", ""])
def test_a_script_may_return_before_its_end(shell: Shell, script: str) -> None:
    assert shell.run(f"{script}\n") == Outcome(0, "", "")


def test_errors_of_a_child_interpreter_are_reported(both: tuple[Shell, Shell]) -> None:
    tclsh, tclsmtp = (shell.run("interp create c; c eval {proc p {} {error foo}; p}") for shell in both)
    assert tclsmtp == tclsh
    assert "(procedure" in tclsh.err


# Events


def test_timers_run_only_while_the_script_waits(shell: Shell) -> None:
    script = "after 1 {puts tick; set go 1}; after 20; puts waiting; vwait go; after 1 {puts never}"
    assert shell.run(script).out == "waiting\ntick\n"


def test_an_error_in_an_event_goes_to_bgerror(shell: Shell) -> None:
    script = "proc bgerror message {puts <$message>; set ::go 1}; after 1 {error foo}; vwait go; puts on"
    assert shell.run(script) == Outcome(0, "<foo>\non\n", "")


def test_an_error_in_an_event_is_printed_where_there_is_no_bgerror(shell: Shell) -> None:
    told = shell.run("after 1 {error foo}; after 30 {set go 1}; vwait go; puts on")
    assert told == Outcome(0, "on\n", 'foo\n    while executing\n"error foo"\n    ("after" script)\n')


def test_an_error_in_bgerror_itself_is_printed(both: tuple[Shell, Shell]) -> None:
    script = "proc bgerror message {error again}; after 1 {error foo}; after 30 {set go 1}; vwait go"
    tclsh, tclsmtp = (shell.run(script) for shell in both)
    assert tclsmtp == tclsh
    assert "again" in tclsh.err


def test_sockets_are_served_in_the_event_loop(shell: Shell) -> None:
    script = (
        "set s [socket -server {apply {{c args} {puts $c hello; close $c}}} -myaddr 127.0.0.1 0]\n"
        "set c [socket 127.0.0.1 [lindex [fconfigure $s -sockname] 2]]\n"
        "fileevent $c readable {puts [gets $c]; exit 5}; vwait forever"
    )
    assert shell.run(script) == Outcome(5, "hello\n", "")


# Other programs


def test_other_programs_are_run(shell: Shell) -> None:
    script = "puts [exec cat << text]; puts [catch {exec sh -c {echo err >&2; exit 3}} m],$m,[lindex $errorCode 2]"
    assert shell.run(script).out == "text\n1,err,3\n"


def test_other_programs_find_the_environment_that_the_script_made(shell: Shell) -> None:
    script = "set env(NEW) x; unset env(HOME); puts [exec sh -c {echo $NEW,${HOME-none}}]"
    assert shell.run(script).out == "x,none\n"


def test_the_time_zone_is_that_of_the_environment_the_script_made(shell: Shell) -> None:
    script = "set env(TZ) America/New_York; puts [clock format 0 -format %H:%M]; puts [exec date -d @0 +%H:%M]"
    assert shell.run(script).out == "19:00\n19:00\n"


def test_the_date_of_a_message_is_in_that_time_zone(tclsmtp: Shell) -> None:
    script = (
        "package require smtp; set token [mime::initialize -canonical text/plain -string x]\n"
        "foreach zone {UTC EST5 IST-5:30} {\n"
        "    set env(TZ) $zone\n"
        "    smtp::sendmessage $token -ports $env(SINK_PORT) -originator me@example.com -recipients you@example.com\n"
        "}"
    )
    with Sink() as sink:
        told = tclsmtp.run(script, env=tclsmtp.environment(SINK_PORT=str(sink.port)))
    assert told == Outcome(0, "", "")
    texts = [message.text.decode() for session in sink.sessions for message in session.messages]
    dates = [line for text in texts for line in text.split("\r\n") if line.startswith("Date: ")]
    assert [date[-5:] for date in dates] == ["+0000", "-0500", "+0530"]


# From Python


def test_a_script_run_from_python_finds_its_command_line(tclsmtp: Shell, capfd: pytest.CaptureFixture[str]) -> None:
    path = tclsmtp.write(
        "script.tcl", "puts [list [file tail $argv0] $argv $argc $tcl_interactive [file tail [info script]]]"
    )
    assert Interpreter().run(path, ["a", "b c", "caf\u00e9"]) == 0
    assert capfd.readouterr().out == "script.tcl {a {b c} caf\u00e9} 3 0 script.tcl\n"


FROM_PYTHON = {
    "its end": ("puts end", 0, "end\n", ""),
    "exit": ("puts -nonewline a; catch {exit 3}; puts never", 3, "a", ""),
    "exit in a timer": ("after 1 {exit 4}; vwait x", 4, "", ""),
    "exit in a child": ("interp create c; c eval {after 1 {exit 300}; vwait x}", 44, "", ""),
    "a wrong exit": ("catch {exit foo} m; puts $m; exit -1", 255, 'expected integer but got "foo"\n', ""),
    "its own exit": ("rename exit leave; proc exit c {puts bye,$c; leave 5}", 5, "bye,0\n", ""),
    "its own exit after an error": (
        "rename exit leave; proc exit c {puts bye,$c; leave 5}; error foo {own trace}",
        5,
        "bye,1\n",
        'own trace\n    (file "script.tcl" line 1)\n',
    ),
    "an error": ("error foo {own trace}", 1, "", 'own trace\n    (file "script.tcl" line 1)\n'),
    "buffered output": ("fconfigure stdout -buffering full; puts -nonewline a", 0, "a", ""),
}


@pytest.mark.parametrize(("script", "status", "out", "err"), FROM_PYTHON.values(), ids=FROM_PYTHON)
def test_a_script_run_from_python_ends_as_under_tclsh(
    tclsmtp: Shell,
    both: tuple[Shell, Shell],
    capfd: pytest.CaptureFixture[str],
    script: str,
    status: int,
    out: str,
    err: str,
) -> None:
    path = tclsmtp.write("script.tcl", script)
    assert Interpreter().run(path) == status
    told = capfd.readouterr()
    assert (told.out, told.err) == (out, err.replace("script.tcl", str(path)))
    assert both[0].start("script.tcl") == Outcome(status, out, err)


def test_a_script_run_from_python_is_read_in_the_encoding_that_is_given(
    tclsmtp: Shell, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tclsmtp.write("script.tcl", "puts \u00e9; error x".encode("latin-1"))
    assert Interpreter().run(path, encoding="iso8859-1") == 1
    told = capfd.readouterr()
    assert (told.out, told.err) == ("\u00e9\n", f'x\n    while executing\n"error x"\n    (file "{path}" line 1)\n')


def test_a_missing_script_is_reported_after_another_error(tclsmtp: Shell, capfd: pytest.CaptureFixture[str]) -> None:
    interpreter = Interpreter()
    interpreter.eval("catch {error earlier}")
    assert interpreter.run("no-such.tcl") == 1
    assert capfd.readouterr().err == 'couldn\'t read file "no-such.tcl": no such file or directory\n'


def test_an_interpreter_runs_one_script_after_another_until_one_exits(tclsmtp: Shell) -> None:
    interpreter = Interpreter()
    assert interpreter.run(tclsmtp.write("a.tcl", "set x 5")) == 0
    assert interpreter.run(tclsmtp.write("b.tcl", "error foo")) == 1
    assert interpreter.run(tclsmtp.write("c.tcl", "exit $x")) == 5
