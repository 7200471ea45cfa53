"""Scripts with windows, on a virtual display; each test with `shell` runs under tclsh and under tclsmtp."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.display import Display
from tests.support.tclsh import TCLSH, Outcome, Shell
from tests.support.terminal import Terminal


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    with Display() as display:
        yield display


# The title by which a click finds the window comes when the button can be seen: a click before that would be lost.
CLICK_ME = "bind .b <Visibility> {wm title . {Click me}}"


def run(shell: Shell, display: Display, script: str, *args: str) -> Outcome:
    return shell.run(script, *args, env=shell.environment(DISPLAY=display.name))


def test_a_script_stays_until_its_windows_are_closed(shell: Shell, display: Display) -> None:
    script = shell.write(
        "script.tcl",
        "package require Tk; puts end-of-script\n"
        f"pack [button .b -text x -width 20 -height 5 -command {{puts clicked; destroy .}}]; {CLICK_ME}",
    )
    env = shell.environment(DISPLAY=display.name)
    with subprocess.Popen((*shell.command, script), env=env, stdout=subprocess.PIPE, text=True) as process:
        display.click("Click me")
        assert process.communicate(timeout=60)[0] == "end-of-script\nclicked\n"
    assert process.returncode == 0


def test_timers_and_errors_in_windows_are_handled(shell: Shell, display: Display) -> None:
    script = "package require Tk; proc bgerror m {puts <$m>; after 1 {destroy .}}; after 1 {error foo}; puts end"
    assert run(shell, display, script) == Outcome(0, "end\n<foo>\n", "")


def test_exit_ends_a_script_with_windows(shell: Shell, display: Display) -> None:
    assert run(shell, display, "package require Tk; after 20 {puts bye; exit 3}") == Outcome(3, "bye\n", "")


def test_an_error_ends_a_script_with_windows(shell: Shell, display: Display) -> None:
    told = run(shell, display, "package require Tk; error foo")
    assert told == Outcome(1, "", 'foo\n    while executing\n"error foo"\n    (file "script.tcl" line 1)\n')


def test_the_own_exit_is_called_when_the_last_window_is_closed(shell: Shell, display: Display) -> None:
    script = "package require Tk; rename exit leave; proc exit code {puts bye; leave 4}; after 20 {destroy .}"
    assert run(shell, display, script) == Outcome(4, "bye\n", "")


def test_windows_of_a_child_interpreter_keep_the_script(shell: Shell, display: Display) -> None:
    script = "interp create c; c eval {package require Tk; after 20 {puts closed; destroy .}}; puts end"
    assert run(shell, display, script) == Outcome(0, "end\nclosed\n", "")


def test_tk_takes_its_options_from_the_command_line(shell: Shell, display: Display) -> None:
    script = "package require Tk; update; puts [winfo geometry .],[tk appname],$argv; destroy ."
    assert run(shell, display, script, "-geometry", "200x100+5+6", "word").out == "200x100+5+6,script.tcl,word\n"


@pytest.mark.parametrize("name", ["", ":77"])
def test_without_a_display_tk_says_so(shell: Shell, name: str) -> None:
    told = shell.run("puts [catch {package require Tk} m],$m", env=shell.environment(DISPLAY=name))
    assert told == Outcome(0, f'1,couldn\'t connect to display "{name}"\n', "")


def test_windows_stay_alive_at_the_prompt(shell: Shell, display: Display) -> None:
    with Terminal(shell.command, shell.folder, shell.environment(DISPLAY=display.name)) as user:
        user.until("% ")
        assert user.ask("package require Tk").startswith("8.6")
        assert user.ask("button .b -text x -width 20 -height 5 -command {puts <clicked>}") == ".b\n"
        assert user.ask(f"pack .b; {CLICK_ME}") == ""
        display.click("Click me")
        user.until("<clicked>\n")
        user.type("set x {\n")
        user.until("set x {\n")
        assert user.ask("}") == "\n\n"
        assert user.ask("error foo") == "foo\n"
        assert user.ask("after 1 {set go 1}; vwait go; puts waited") == "waited\n"
        assert user.ask("destroy .") == ""
        assert user.ask("puts on") == "on\n"
        user.type("exit 3\n")
        assert user.end() == 3


def test_the_end_of_input_at_the_prompt_ends_the_windows(shell: Shell, display: Display) -> None:
    with Terminal(shell.command, shell.folder, shell.environment(DISPLAY=display.name)) as user:
        user.until("% ")
        user.ask("package require Tk")
        user.type("\x04")
        assert user.end() == 0


def test_windows_outlast_the_commands_on_stdin(shell: Shell, display: Display) -> None:
    commands = b"package require Tk\nputs a\nafter 50 {puts closed; destroy .}\nputs b\n"
    told = shell.start(stdin=commands, env=shell.environment(DISPLAY=display.name))
    assert told == Outcome(0, "a\nb\nclosed\n", "")


# Only here


@pytest.fixture
def tk_library(display: Display, tmp_path: Path) -> str:
    told = run(Shell(TCLSH, tmp_path), display, "package require Tk; puts $tk_library; destroy .")
    return told.out.strip()


def test_pythons_own_tk_is_there_where_no_package_offers_one(tclsmtp: Shell, display: Display, tk_library: str) -> None:
    env = tclsmtp.environment(DISPLAY=display.name, TK_LIBRARY=tk_library)
    script = "set auto_path [list $tcl_library]; package require Tk 8.5; puts [winfo exists .]; after 20 {destroy .}"
    assert tclsmtp.run(script, env=env) == Outcome(0, "1\n", "")


def test_pythons_own_tk_says_what_it_lacks(tclsmtp: Shell) -> None:
    script = "set auto_path [list $tcl_library]; puts [catch {package require Tk} m],$m"
    told = tclsmtp.run(script, env=tclsmtp.environment(DISPLAY=":77"))
    assert told == Outcome(0, '1,couldn\'t connect to display ":77"\n', "")


@pytest.mark.parametrize(("script", "status"), [("after 20 {destroy .}", 0), ("after 20 {exit 3}", 3)])
def test_a_script_with_windows_runs_from_python(tmp_path: Path, display: Display, script: str, status: int) -> None:
    # In a process of its own, as Tk keeps its connection to the display for as long as the process lives.
    python = Shell((sys.executable,), tmp_path)
    python.write("windows.tcl", f"package require Tk; {script}")
    program = "import tclsmtp; print(tclsmtp.Interpreter().run('windows.tcl'))"
    assert run(python, display, program).out == f"{status}\n"
