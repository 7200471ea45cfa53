"""How a script ends; each test with `shell` runs under tclsh and under tclsmtp."""

from __future__ import annotations

import signal
import subprocess

import pytest

from tests.support.tclsh import Outcome, Shell

START = "fconfigure stdout -buffering full; puts -nonewline out; "

DEEP = {
    "at the top": "exit 3",
    "in a procedure": "proc p {} {exit 3}; p",
    "inside catch": "catch {exit 3}",
    "inside try": "try {exit 3} finally {puts no}",
    "in uplevel": "proc p {} {uplevel 1 {exit 3}}; p",
    "in a namespace": "namespace eval n {exit 3}",
    "in a timer": "after 1 {exit 3}; vwait x",
    "in a nested wait": "after 1 {after 1 {exit 3}; vwait x}; vwait y",
    "in an idle handler": "after idle {exit 3}; update",
    "in a file event": "fileevent stdin readable {exit 3}; vwait x",
    "in a trace": "trace add variable v write {apply {args {exit 3}}}; set v 1",
    "in a coroutine": "coroutine c eval {yield; exit 3}; c",
    "in bgerror": "proc bgerror m {exit 3}; after 1 {error x}; vwait y",
    "in a child": "interp create c; c eval {exit 3}",
    "in a child's child": "interp create c; interp create {c d}; interp eval {c d} {catch {exit 3}}",
    "in a child's timer": "interp create c; c eval {after 1 {exit 3}; vwait x}",
    "exposed in a safe child": "interp create -safe c; interp expose c exit; c eval {exit 3}",
    "hidden in a safe child": "interp create -safe c; c invokehidden exit 3",
    "by another name": "rename exit leave; leave 3",
    "by an alias": "interp alias {} leave {} exit; leave 3",
    "by an alias in a child": "interp create c; interp alias c leave {} exit; c eval {leave 3}",
}


@pytest.mark.parametrize("script", DEEP.values(), ids=DEEP)
def test_exit_ends_the_process_wherever_it_is_called(shell: Shell, script: str) -> None:
    assert shell.run(f"{START}{script}; puts never", stdin=b"x\n") == Outcome(3, "out", "")


STATUSES = {"": 0, "0": 0, "1": 1, "255": 255, "256": 0, "-1": 255, "0x10": 16, "010": 8, "{ 7 }": 7, "4294967295": 255}


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_the_status_is_what_the_system_makes_of_the_number(shell: Shell, word: str, status: int) -> None:
    assert shell.run(f"exit {word}").status == status


WRONG = {
    "{}": ('expected integer but got ""', "TCL VALUE INTEGER"),
    "foo": ('expected integer but got "foo"', "TCL VALUE INTEGER"),
    "1.5": ('expected integer but got "1.5"', "TCL VALUE INTEGER"),
    "true": ('expected integer but got "true"', "TCL VALUE INTEGER"),
    "4294967296": (
        "integer value too large to represent",
        "ARITH IOVERFLOW {integer value too large to represent}",
    ),
    "1 2": ('wrong # args: should be "exit ?returnCode?"', "TCL WRONGARGS"),
}


@pytest.mark.parametrize(("words", "message", "code"), [(words, *told) for words, told in WRONG.items()])
def test_a_wrong_status_is_an_error_of_the_script(shell: Shell, words: str, message: str, code: str) -> None:
    told = shell.run(f"puts [catch {{exit {words}}} m]; puts $m; puts $errorCode; puts $errorInfo; exit 7")
    assert told == Outcome(7, f'1\n{message}\n{code}\n{message}\n    while executing\n"exit {words}"\n', "")


def test_safe_children_have_no_exit(shell: Shell) -> None:
    told = shell.run("interp create -safe c; puts [catch {c eval {exit 3}} m],$m; exit 4")
    assert told == Outcome(4, '1,invalid command name "exit"\n', "")


def test_exit_of_a_deleted_child_is_gone(shell: Shell) -> None:
    assert shell.run("interp create c; interp delete c; exit 5").status == 5


# The script's own exit

OWN_EXIT = "rename exit leave; proc exit {{code 0}} {puts bye,$code; leave 9}; "


@pytest.mark.parametrize(("script", "said"), [("", "bye,0\n"), ("error foo", "bye,1\n"), ("exit 4", "bye,4\n")])
def test_the_end_is_a_call_of_the_scripts_own_exit(shell: Shell, script: str, said: str) -> None:
    told = shell.run(OWN_EXIT + script)
    assert (told.status, told.out) == (9, said)


@pytest.mark.parametrize("own", ["rename exit {}; ", "proc exit args {}; ", "proc exit args {error no}; "])
@pytest.mark.parametrize(("script", "status"), [("", 0), ("error foo", 1)])
def test_the_process_ends_where_the_scripts_exit_does_not_end_it(
    shell: Shell, own: str, script: str, status: int
) -> None:
    told = shell.run(START + own + script)
    assert (told.status, told.out) == (status, "out")


def test_after_an_own_exit_that_returns_the_script_goes_on(shell: Shell) -> None:
    assert shell.run("proc exit args {puts later}; exit 3; puts on").out == "later\non\nlater\n"


def test_the_error_is_known_to_the_scripts_own_exit(shell: Shell) -> None:
    told = shell.run(
        "rename exit leave; proc exit code {puts [string match foo*script.tcl* $::errorInfo]; leave 2}; error foo"
    )
    assert (told.status, told.out) == (2, "1\n")


@pytest.mark.parametrize("operation", ["delete", "rename"])
def test_the_end_calls_exit_and_does_not_delete_it(shell: Shell, operation: str) -> None:
    script = (
        f"trace add command exit {operation} {{apply {{args {{puts traced}}}}}}; trace add execution exit enter note"
    )
    assert shell.run(f"proc note args {{puts entered}}; {script}").out == "entered\n"


def test_objects_are_not_destroyed_by_exit(shell: Shell) -> None:
    assert shell.run("oo::class create A {destructor {puts destroyed}}; A new; exit").out == ""


# Without `interp`, from which the shell gets Tcl's own way to leave


@pytest.mark.parametrize("away", ["rename interp {}", "proc interp args {error no}"])
def test_exit_works_without_interp(shell: Shell, away: str) -> None:
    assert shell.run(f"{START}{away}; exit 3") == Outcome(3, "out", "")


# Signals


def interrupted(shell: Shell, script: str) -> int:
    path = shell.write("script.tcl", f"puts ready; flush stdout; {script}")
    with subprocess.Popen(
        (*shell.command, path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
    return process.returncode


@pytest.mark.parametrize("script", ["vwait forever", "while 1 {}", "gets stdin", "after 60000", "exec sleep 2"])
def test_an_interrupt_kills_the_process(shell: Shell, script: str) -> None:
    assert interrupted(shell, script) == -signal.SIGINT


def test_the_shell_that_started_it_sees_130(shell: Shell) -> None:
    shell.write("script.tcl", "exec kill -INT [pid]; after 1000")
    assert shell.start("script.tcl", how='"$@"; echo $?').out == "130\n"


@pytest.mark.parametrize("name", ["TERM", "HUP", "XFSZ", "USR1"])
def test_signals_do_what_they_do_by_default(shell: Shell, name: str) -> None:
    assert shell.run(f"exec kill -{name} [pid]; after 1000; puts never").status == -signal.Signals[f"SIG{name}"]


def test_a_broken_pipe_is_no_signal(shell: Shell) -> None:
    assert shell.run("exec kill -PIPE [pid]; puts on").out == "on\n"


def test_an_ignored_interrupt_stays_ignored(shell: Shell) -> None:
    shell.write("script.tcl", "exec kill -INT [pid]; puts on")
    assert shell.start("script.tcl", how="trap '' INT; \"$@\"").out == "on\n"


def test_other_programs_get_signals_as_under_tclsh(both: tuple[Shell, Shell]) -> None:
    tclsh, tclsmtp = (shell.run("puts [exec grep Ign /proc/self/status]") for shell in both)
    assert tclsmtp == tclsh
    assert tclsh.out.startswith("SigIgn:")


# Python's own end


def test_pythons_exit_handlers_run_before_tcl_ends(tclsmtp: Shell) -> None:
    tclsmtp.write("sitecustomize.py", "import atexit\natexit.register(print, 'Python first')\n")
    env = tclsmtp.environment(PYTHONPATH=str(tclsmtp.folder))
    told = tclsmtp.run(f"{START}interp create c; c eval {{exit 6}}", env=env)
    assert told == Outcome(6, "Python first\nout", "")
