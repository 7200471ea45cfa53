"""Commands from stdin and at a prompt; each test with `shell` runs under tclsh and under tclsmtp."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tclsh import TCLSMTPSH, Outcome, Shell
from tests.support.terminal import Terminal

# From a pipe or a file


def test_commands_are_read_from_stdin(shell: Shell) -> None:
    told = shell.start(stdin=b"set x 5\nputs $x\nputs $tcl_interactive,[info script],$argc,$argv")
    assert told == Outcome(0, "5\n0,,0,\n", "")


def test_an_error_ends_its_command_only(shell: Shell) -> None:
    told = shell.start(
        stdin=b"proc p {} {\n error foo\n}\np\nputs on; puts $errorInfo\nbreak\nreturn 3\nno-such\nputs end\n"
    )
    trace = 'foo\n    while executing\n"error foo"\n    (procedure "p" line 2)\n    invoked from within\n"p"\n'
    assert told.out == f"on\n{trace}end\n"
    assert told.err == 'foo\ninvoked "break" outside of a loop\ninvalid command name "no-such"\n'
    assert told.status == 0


def test_a_command_goes_on_until_it_is_complete(shell: Shell) -> None:
    told = shell.start(stdin=b'foreach i {1 2} {\n    puts $i\n}\nputs "a\nb"\nputs [list \\\n x]\n')
    assert told == Outcome(0, "1\n2\na\nb\nx\n", "")


def test_an_incomplete_command_at_the_end_is_not_run(shell: Shell) -> None:
    assert shell.start(stdin=b'puts a\nputs "b') == Outcome(0, "a\n", "")


def test_a_command_without_a_line_break_at_the_end_is_run(shell: Shell) -> None:
    assert shell.start(stdin=b"puts a").out == "a\n"


def test_commands_read_lines_of_the_same_stdin(shell: Shell) -> None:
    assert shell.start(stdin=b"puts <[gets stdin]>\nthis line\nputs end\n").out == "<this line>\nend\n"


def test_exit_ends_the_reading(shell: Shell) -> None:
    assert shell.start(stdin=b"puts a\nexit 3\nputs never\n") == Outcome(3, "a\n", "")


def test_the_end_of_stdin_is_a_call_of_the_scripts_own_exit(shell: Shell) -> None:
    told = shell.start(stdin=b"rename exit leave; proc exit code {puts bye,$code; leave 4}\nerror foo\n")
    assert told == Outcome(4, "bye,0\n", "foo\n")


def test_commands_are_remembered(shell: Shell) -> None:
    told = shell.start(stdin=b"set x 1\nputs [history]\nhistory redo 1\nputs [history event 1]\n")
    assert told.out == "     1  set x 1\n     2  puts [history]\nset x 1\n"


@pytest.mark.parametrize("text", ["caf\u00e9 \u20ac", "\U0001f600", "\0 nul"])
def test_commands_hold_any_text(both: tuple[Shell, Shell], text: str) -> None:
    commands = f"set word {{{text}}}\nputs $word,[string length $word]\nerror {{{text}}}\nputs $errorCode\n".encode()
    tclsh, tclsmtp = (shell.start(stdin=commands) for shell in both)
    assert tclsmtp == tclsh
    assert tclsh.out


def test_commands_that_replace_puts_and_gets_are_not_used(shell: Shell) -> None:
    told = shell.start(
        stdin=b"proc puts args {}\nproc gets args {error no}\nproc info args {error no}\nerror foo\nexit 3\n"
    )
    assert told == Outcome(3, "", "foo\n")


def test_stdin_that_does_not_block_is_waited_for(shell: Shell) -> None:
    how = '{ echo "fconfigure stdin -blocking 0"; sleep 0.2; echo "puts ok"; } | "$@"'
    assert shell.start(how=how) == Outcome(0, "ok\n", "")


def test_a_closed_stdin_is_an_end(shell: Shell) -> None:
    assert shell.start(stdin=b"puts a; close stdin\nputs never\n") == Outcome(0, "a\n", "")
    assert shell.start(how='"$@" <&-') == Outcome(0, "", "")


def test_a_start_file_is_read_first(shell: Shell) -> None:
    shell.write(".tclshrc", "puts <[file tail [info script]]>; proc greet {} {puts hello}")
    assert shell.start(stdin=b"greet\n") == Outcome(0, "<.tclshrc>\nhello\n", "")


def test_an_error_in_the_start_file_is_printed(shell: Shell) -> None:
    shell.write(".tclshrc", "puts a\nerror foo\nputs b")
    assert shell.start(stdin=b"puts on\n") == Outcome(0, "a\non\n", "foo\n")


def test_a_script_reads_no_start_file(shell: Shell) -> None:
    shell.write(".tclshrc", "puts never")
    assert shell.run("puts ok").out == "ok\n"


def test_no_home_is_no_error(shell: Shell) -> None:
    environment = shell.environment()
    del environment["HOME"]
    assert shell.start(stdin=b"puts ok\n", env=environment) == Outcome(0, "ok\n", "")


def test_prompts_come_where_a_script_asks_for_them(shell: Shell) -> None:
    told = shell.start(stdin=b"set tcl_interactive 1\nset x 5\nputs hi\nset x {\n}\n")
    assert told.out == "1\n% 5\n% hi\n% \n\n% "


# On a terminal


@pytest.fixture
def terminal(shell: Shell) -> Terminal:
    shell.write(".tclshrc", "puts started,$tcl_interactive")
    return Terminal(shell.command, shell.folder, shell.environment())


def test_the_prompt_shows_results_and_errors(terminal: Terminal) -> None:
    with terminal as user:
        assert user.until("% ") == "started,1\n% "
        assert user.ask("set x 5") == "5\n"
        assert user.ask("puts hi") == "hi\n"
        assert user.ask("proc p {} {error foo}") == ""
        assert user.ask("p") == "foo\n"
        assert user.ask("set errorInfo").startswith('foo\n    while executing\n"error foo"\n')
        assert user.ask("string repeat \u00e9 3") == "\u00e9\u00e9\u00e9\n"
        assert user.ask("list $argc $argv $tcl_interactive [info script]") == "0 {} 1 {}\n"
        user.type("exit 3\n")
        assert user.end() == 3


def test_the_prompt_waits_for_complete_commands(terminal: Terminal) -> None:
    with terminal as user:
        user.until("% ")
        user.type("set x {\n")
        assert user.until("{\n") == "set x {\n"
        assert user.ask("a}") == "\na\n"
        user.type("\x04")
        assert user.end() == 0


def test_prompts_can_be_the_users_own(terminal: Terminal) -> None:
    with terminal as user:
        user.until("% ")
        user.ask('set tcl_prompt1 {puts -nonewline "[incr n]> "}', "1> ")
        user.ask("set tcl_prompt2 {puts -nonewline {more: }}", "2> ")
        assert user.ask("set x {", "more: ") == ""
        assert user.ask("}", "3> ") == "\n\n"
        assert user.ask("set tcl_prompt1 {error broken}") == "error broken\nbroken\n"
        user.type("\x04")
        assert user.end() == 0


def test_other_programs_are_commands_at_the_prompt(terminal: Terminal) -> None:
    with terminal as user:
        user.until("% ")
        assert user.ask("echo from a program") == "from a program\n"
        assert user.ask("in comp") == 'ambiguous command name "in": incr info interp\n'
        assert user.ask("no-such") == 'invalid command name "no-such"\n'
        assert user.ask("set x 5") == "5\n"
        assert user.ask("!set") == "set x 5\n5\n"
        user.type("exit\n")
        assert user.end() == 0


def test_an_interrupt_at_the_prompt_kills(terminal: Terminal) -> None:
    with terminal as user:
        user.until("% ")
        user.type("vwait forever\n")
        user.until("forever\n")
        user.type("\x03")
        assert user.end() == -2


def test_no_prompt_comes_after_stdin_is_closed(terminal: Terminal) -> None:
    with terminal as user:
        user.until("% ")
        user.type("close stdin\n")
        user.until("stdin\n")
        assert user.end() == 0
        with pytest.raises(AssertionError):
            user.until("% ")


def test_tclsmtpsh_prompts_as_tclsh(tmp_path: Path) -> None:
    shell = Shell(TCLSMTPSH, tmp_path)
    with Terminal(shell.command, tmp_path, shell.environment()) as user:
        user.until("% ")
        assert user.ask("set tcl_interactive") == "1\n"
        user.type("\x04")
        assert user.end() == 0
