"""The commands `tclsmtp` and `tclsmtpsh`."""

from __future__ import annotations

from pathlib import Path

import pytest

import tclsmtp as package
from tclsmtp.cli import RunLine, read_run_line, read_shell_line
from tests.support.sink import Sink
from tests.support.tclsh import BIN, TCLSH, TCLSMTP_RUN, TCLSMTPSH, Outcome, Shell


@pytest.fixture
def command(tmp_path: Path) -> Shell:
    return Shell((str(BIN / "tclsmtp"),), tmp_path)


@pytest.fixture
def tclsmtpsh(tmp_path: Path) -> Shell:
    return Shell(TCLSMTPSH, tmp_path)


def parts(line: RunLine) -> tuple[str | None, str | None, str | None, list[str]]:
    return line.dialect, line.encoding, line.script, list(line.args)


# The command line of `tclsmtp run`

RUN_LINES: list[tuple[list[str], tuple[str | None, str | None, str | None, list[str]]]] = [
    ([], (None, None, None, [])),
    (["-"], (None, None, None, [])),
    (["-", "a", "-"], (None, None, None, ["a", "-"])),
    (["x.tcl"], (None, None, "x.tcl", [])),
    (["x.tcl", "a", "--dialect", "2.0", "-h"], (None, None, "x.tcl", ["a", "--dialect", "2.0", "-h"])),
    (["--dialect", "2.0", "x.tcl"], ("2.0", None, "x.tcl", [])),
    (["--dialect=1.20", "-"], ("1.20", None, None, [])),
    (["-encoding", "cp1252", "--dialect", "2.0", "x.tcl", "a"], ("2.0", "cp1252", "x.tcl", ["a"])),
    (["", "a"], (None, None, "", ["a"])),
]


@pytest.mark.parametrize(("words", "expected"), RUN_LINES)
def test_options_come_before_the_script(
    words: list[str], expected: tuple[str | None, str | None, str | None, list[str]]
) -> None:
    assert parts(read_run_line(words)) == expected


FAULTS = {
    ("-x", "x.tcl"): "unknown option -x",
    ("--encoding", "utf-8", "x.tcl"): "unknown option --encoding",
    ("--dialect",): "--dialect needs a value",
    ("--dialect", "1.21", "x.tcl"): "unknown dialect '1.21': it is one of 1.20, 2.0",
    ("-encoding", "utf-8"): "-encoding is that of a script file, and there is none",
    ("-encoding", "utf-8", "-"): "-encoding is that of a script file, and there is none",
}


@pytest.mark.parametrize(("words", "message"), FAULTS.items())
def test_a_wrong_command_line_gives_usage_and_status_2(command: Shell, words: tuple[str, ...], message: str) -> None:
    told = command.start("run", *words)
    assert told.status == 2
    assert told.err.startswith("usage: tclsmtp run [-h] [--dialect DIALECT]")
    assert told.err.endswith(f"\ntclsmtp run: error: {message}\n")


# The command line of tclsmtpsh is tclsh's

SHELL_LINES = [
    [],
    ["-"],
    ["-x", "script.tcl"],
    ["script.tcl", "a", "-b"],
    ["-encoding", "utf-8", "script.tcl", "a"],
    ["-encoding", "utf-8"],
    ["-encoding", "utf-8", "-x"],
    ["-encoding"],
    ["script.tcl", "-encoding", "utf-8"],
]


@pytest.mark.parametrize("words", SHELL_LINES, ids=" ".join)
def test_tclsmtpsh_reads_its_command_line_as_tclsh_does(tmp_path: Path, words: list[str]) -> None:
    report = b"puts [list [file tail $argv0] $argv $argc $tcl_interactive [info script]]\n"
    (tmp_path / "script.tcl").write_bytes(report)
    tclsh, tclsmtpsh = (Shell(command, tmp_path).start(*words, stdin=report) for command in (TCLSH, TCLSMTPSH))
    assert Outcome(tclsmtpsh.status, tclsmtpsh.out.replace("tclsmtpsh", "tclsh"), tclsmtpsh.err) == tclsh


def test_a_file_is_told_from_an_option_by_its_first_letter() -> None:
    assert parts(read_shell_line(["-encoding", "utf-8", "a.tcl", "b"])) == (None, "utf-8", "a.tcl", ["b"])
    assert parts(read_shell_line(["-encoding", "utf-8", "-a"])) == (None, None, None, ["-encoding", "utf-8", "-a"])


# Scripts that start by themselves, and that start others

FIRST_LINES = {
    "env -S": "#!/usr/bin/env -S tclsmtp run\n",
    "env": "#!/usr/bin/env tclsmtpsh\n",
    "sh": '#!/bin/sh\n# \\\nexec tclsmtpsh "$0" "$@"\n',
}


@pytest.mark.parametrize("first", FIRST_LINES.values(), ids=FIRST_LINES)
def test_a_script_can_be_a_command(command: Shell, first: str) -> None:
    path = command.write("hello", f"{first}puts [package require smtp],$argv; exit 3\n")
    path.chmod(0o755)
    told = Shell((str(path),), command.folder).start("a b", "--help")
    assert told == Outcome(3, "1.5.2,{a b} --help\n", "")


@pytest.mark.parametrize("command_line", [TCLSMTP_RUN, TCLSMTPSH])
def test_a_script_finds_the_shell_that_runs_others(tmp_path: Path, command_line: tuple[str, ...]) -> None:
    shell = Shell(command_line, tmp_path)
    shell.write("child.tcl", "puts [package require smtp],$argv; exit 2")
    told = shell.run("puts [info nameofexecutable]; catch {exec [info nameofexecutable] child.tcl a b} m; puts $m")
    assert told.out == f"{BIN / 'tclsmtpsh'}\n1.5.2,a b\nchild process exited abnormally\n"


def test_child_interpreters_find_the_same_shell(tclsmtpsh: Shell) -> None:
    told = tclsmtpsh.run("interp create c; interp create {c d}; puts [interp eval {c d} {info nameofexecutable}]")
    assert told.out == f"{BIN / 'tclsmtpsh'}\n"


def test_the_shell_is_named_by_the_path_that_started_it(tmp_path: Path) -> None:
    link = tmp_path / "linked"
    link.symlink_to(BIN / "tclsmtpsh")
    assert Shell(("./linked",), tmp_path).run("cd /; puts [info nameofexecutable]").out == f"{link}\n"


def test_the_shell_is_found_from_a_link_to_tclsmtp(tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(BIN / "tclsmtp")
    told = Shell(("./linked", "run"), tmp_path).run("puts [info nameofexecutable]")
    assert told.out == f"{BIN / 'tclsmtpsh'}\n"


def test_nameofexecutable_takes_no_argument(shell: Shell) -> None:
    told = shell.run("puts [catch {info nameofexecutable x} m],$m")
    assert told.out == '1,wrong # args: should be "info nameofexecutable"\n'


# Dialects

SHOW_DIALECT = (
    "package require mime; set t [mime::initialize -canonical text/plain -string x -header {Subject s}]\n"
    "puts [dict get [mime::getheader $t] Subject],[catch {mime::getheader $t Content-Type}]"
)
SAID = {"1.20": "s,1\n", "2.0": "s,0\n"}


@pytest.mark.parametrize("dialect", SAID)
def test_the_option_chooses_the_dialect(command: Shell, dialect: str) -> None:
    command.write("script.tcl", SHOW_DIALECT)
    assert command.start("run", "--dialect", dialect, "script.tcl") == Outcome(0, SAID[dialect], "")


@pytest.mark.parametrize("dialect", SAID)
def test_the_environment_chooses_the_dialect(tclsmtpsh: Shell, dialect: str) -> None:
    assert tclsmtpsh.run(SHOW_DIALECT, env=tclsmtpsh.environment(TCLSMTP_DIALECT=dialect)).out == SAID[dialect]


def test_the_default_is_1_20(tclsmtpsh: Shell) -> None:
    assert tclsmtpsh.run(SHOW_DIALECT).out == SAID["1.20"]
    assert tclsmtpsh.run(SHOW_DIALECT, env=tclsmtpsh.environment(TCLSMTP_DIALECT="")).out == SAID["1.20"]


def test_the_option_wins_and_reaches_scripts_that_the_script_starts(command: Shell) -> None:
    command.write("child.tcl", SHOW_DIALECT)
    command.write("script.tcl", "puts [exec [info nameofexecutable] child.tcl]")
    told = command.start("run", "--dialect", "2.0", "script.tcl", env=command.environment(TCLSMTP_DIALECT="1.20"))
    assert told.out == SAID["2.0"]


def test_an_unknown_dialect_in_the_environment_is_one_line_and_status_1(tclsmtpsh: Shell) -> None:
    told = tclsmtpsh.run("puts x", env=tclsmtpsh.environment(TCLSMTP_DIALECT="3"))
    assert told == Outcome(1, "", "tclsmtp: TCLSMTP_DIALECT: unknown dialect '3': it is one of 1.20, 2.0\n")


# Help, and what is missing


def test_the_version_is_told(command: Shell) -> None:
    assert command.start("--version") == Outcome(0, f"tclsmtp {package.__version__}\n", "")


def test_the_help_names_the_commands(command: Shell) -> None:
    told = command.start("--help")
    assert (told.status, told.err) == (0, "")
    assert "    run       run a Tcl script as tclsh would\n" in told.out


@pytest.mark.parametrize("words", [("--help",), ("-h",), ("--dialect", "2.0", "--help")])
def test_the_help_of_run_names_its_options(command: Shell, words: tuple[str, ...]) -> None:
    told = command.start("run", *words)
    assert (told.status, told.err) == (0, "")
    usage = "usage: tclsmtp run [-h] [--dialect DIALECT] [--policy FILE] [--capture DIR] [--redirect ADDRESS]"
    assert told.out.startswith(usage)
    for word in ("--dialect {1.20,2.0}", "--policy FILE", "-encoding NAME", "TCLSMTP_DIALECT", "tclsmtpsh"):
        assert word in told.out


@pytest.mark.parametrize("words", [(), ("no-such",), ("--no-such",)])
def test_without_a_known_command_usage_is_told_with_status_2(command: Shell, words: tuple[str, ...]) -> None:
    told = command.start(*words)
    assert (told.status, told.out) == (2, "")
    assert told.err.startswith("usage: tclsmtp [-h] [--version] COMMAND ...\n")


@pytest.mark.parametrize("command_line", [TCLSMTP_RUN, TCLSMTPSH])
def test_a_python_without_tkinter_says_so_in_one_line(tmp_path: Path, command_line: tuple[str, ...]) -> None:
    shell = Shell(command_line, tmp_path)
    shell.write("_tkinter.py", "raise ImportError(\"No module named '_tkinter'\")\n")
    told = shell.run("puts x", env=shell.environment(PYTHONPATH=str(tmp_path)))
    assert told == Outcome(
        1,
        "",
        "tclsmtp: this Python has no tkinter (No module named '_tkinter'); on Debian: apt-get install python3-tk\n",
    )


def test_without_tkinter_the_version_and_the_help_are_still_told(command: Shell) -> None:
    command.write("_tkinter.py", "raise ImportError(\"No module named '_tkinter'\")\n")
    env = command.environment(PYTHONPATH=str(command.folder))
    assert command.start("--version", env=env).status == 0
    assert command.start("run", "--help", env=env).status == 0


# What a run imports

LATE = ("argparse", "ssl", "logging", "email", "typing", "random", "hashlib", "tkinter", "threading", "traceback")


def test_a_run_imports_nothing_that_it_does_not_need(command: Shell) -> None:
    command.write("script.tcl", "package require smtp; puts ok")
    env = command.environment(PYTHONPROFILEIMPORTTIME="1")
    told = command.start("run", "script.tcl", env=env)
    imported = {line.rpartition("|")[2].strip() for line in told.err.splitlines()}
    assert "tclsmtp.bridge.shell" in imported
    assert imported.isdisjoint(LATE)


def test_a_policy_file_decides_also_for_the_scripts_that_a_script_starts(command: Shell) -> None:
    with Sink() as sink:
        command.write("policy.toml", f'[[route]]\nconnect_to = "127.0.0.1:{sink.port}"\n')
        command.write("send.tcl", SEND)
        script = command.write("both.tcl", "source send.tcl; cd /; exec [info nameofexecutable] [lindex $argv 0]")
        told = command.start("run", "--policy", "policy.toml", str(script), str(command.folder / "send.tcl"))
    assert told == Outcome(0, "", "")
    assert [len(session.messages) for session in sink.sessions] == [1, 1]


def test_the_environment_can_name_the_policy(command: Shell) -> None:
    with Sink() as sink:
        policy = command.write("policy.toml", f'[[route]]\nconnect_to = "127.0.0.1:{sink.port}"\n')
        command.write("send.tcl", SEND)
        told = command.start("run", "send.tcl", env=command.environment(TCLSMTP_POLICY=str(policy)))
    assert told == Outcome(0, "", "")
    assert [len(session.messages) for session in sink.sessions] == [1]


def test_a_wrong_policy_is_told_before_the_script_runs(command: Shell) -> None:
    command.write("policy.toml", "[[route]]\nverify = 1\n")
    command.write("hello.tcl", "puts hello")
    told = command.start("run", "--policy", "policy.toml", "hello.tcl")
    policy = command.folder / "policy.toml"
    why = "expected one of never, when-authenticating, always, not 1"
    assert told == Outcome(1, "", f"tclsmtp: {policy}: route 1: verify: {why}\n")


SEND = """
package require smtp
set token [mime::initialize -canonical text/plain -string x]
smtp::sendmessage $token -servers mailhost -originator a@example.com -recipients b@example.com
"""


# Rehearsal, redirection and the log

SENDS = """
package require smtp
set t [mime::initialize -canonical text/plain -string hello]
set refused [smtp::sendmessage $t -servers mailhost -header {From me@example.com} -header {To you@example.com} \
    -header {Bcc they@example.com}]
puts "refused: $refused"
"""


def test_rehearsal_writes_to_a_folder_and_says_so(tclsmtp: Shell, tmp_path: Path) -> None:
    told = tclsmtp.start("--capture", "mail", str(tclsmtp.write("send.tcl", SENDS)))
    assert (told.status, told.out) == (0, "refused: \n")
    assert told.err == "tclsmtp: rehearsal: messages go to mail, and to nobody else\n"
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 2


def test_rehearsal_is_one_for_the_scripts_that_a_script_starts(tclsmtp: Shell, tmp_path: Path) -> None:
    child = tclsmtp.write("send.tcl", SENDS)
    parent = tclsmtp.write("parent.tcl", f"puts [exec [info nameofexecutable] {child}]")
    told = tclsmtp.start("--capture", "mail", str(parent))
    assert (told.status, told.out) == (0, "refused: \n")
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 2


def test_redirection_and_log(tclsmtp: Shell, tmp_path: Path) -> None:
    with Sink() as sink:
        script = tclsmtp.write("send.tcl", SENDS.replace("mailhost", f"127.0.0.1 -ports {sink.port}"))
        told = tclsmtp.start("--redirect", "me@staging.example", "--log=mail.log", str(script))
    assert (told.status, told.out, told.err) == (0, "refused: \n", "")
    assert {name for message in sink.sessions[0].messages for name in message.recipients} == {
        "RCPT TO:<me@staging.example>"
    }
    [line] = (tmp_path / "mail.log").read_text().splitlines()
    assert '"outcome": "sent"' in line
    assert '"script": "send.tcl"' in line or f'"script": "{script}"' in line


@pytest.mark.parametrize("option", ["--capture", "--redirect", "--log"])
def test_an_empty_setting_is_none(tclsmtp: Shell, option: str) -> None:
    told = tclsmtp.start(f"{option}=", "x.tcl")
    assert told.status == 2
    assert told.err.endswith(f"error: {option} needs a value\n")
