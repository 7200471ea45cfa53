"""`tclsmtp compare`."""

from __future__ import annotations

import json
import os
import select
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

import tclsmtp as package
from tclsmtp.migrate.compare_command import TWICE, describe
from tclsmtp.migrate.script import Script, Setup
from tests.support.tclsh import BIN, Outcome, Shell

SAME = 'puts "hello $argv"'
SENDS = """
package require smtp
set t [mime::initialize -canonical text/plain -string hello]
smtp::sendmessage $t -servers mailhost -originator me@example.com -recipients you@example.com
"""
DIFFERS = "puts [package require smtp]"
ACCEPT = """
[[accept]]
id = "stdout"
script = "a.tcl"
why = "versions differ"
[[accept]]
id = "header.Date"
why = "never"
"""
LATE = "vwait forever"
SHELLS = f"(tclsh, tcllib 1.21: mime 1.7.0, smtp 1.5.1 / tclsmtp {package.__version__}, dialect 2.0)"


@pytest.fixture
def command(tmp_path: Path) -> Shell:
    return Shell((str(BIN / "tclsmtp"), "compare"), tmp_path)


def test_the_same_is_status_0(command: Shell) -> None:
    command.write("a.tcl", SAME)
    told = command.start("a.tcl", "--", "--json", "x")
    assert told == Outcome(0, f"same       a.tcl: no messages\n1 script: 1 same {SHELLS}\n", f"{TWICE}\n")


def test_a_rehearsal_of_the_operator_is_none_of_the_scripts(command: Shell, tmp_path: Path) -> None:
    variables = {f"TCLSMTP_{name}": str(tmp_path / name) for name in ("CAPTURE", "LOG", "POLICY")}
    command.write("a.tcl", SENDS)
    told = command.start("a.tcl", env=command.environment(TCLSMTP_REDIRECT="me@example.com", **variables))
    assert told == Outcome(0, f"same       a.tcl: 1 message\n1 script: 1 same {SHELLS}\n", f"{TWICE}\n")
    assert not any(os.path.exists(path) for path in variables.values())


def test_a_difference_is_status_1_and_is_shown(command: Shell) -> None:
    command.write("a.tcl", SAME)
    command.write("b.tcl", DIFFERS)
    told = command.start(".", "--quiet")
    assert (told.status, told.err) == (1, "")
    assert told.out.startswith("differs    b.tcl: no messages\n    stdout\n        reference: ")
    assert told.out.endswith(f"\n2 scripts: 1 same, 1 differs {SHELLS}\n")


def test_what_is_accepted_is_status_0_and_an_entry_without_use_is_told(command: Shell) -> None:
    command.write("a.tcl", DIFFERS)
    command.write("accept.toml", ACCEPT)
    told = command.start("a.tcl", "--accept", "accept.toml", "--quiet")
    assert (told.status, told.out) == (0, f"1 script: 1 explained {SHELLS}\n")
    assert told.err.startswith("tclsmtp compare: nothing came up for ")
    assert "header.Date" in told.err


def test_a_script_that_cannot_be_compared_is_status_2(command: Shell) -> None:
    command.write("a.tcl", LATE)
    command.write("a.compare.toml", "timeout = 0.5")
    told = command.start("a.tcl", "--quiet")
    assert told.status == 2
    why = "took longer than 0.5 seconds"
    assert told.out.startswith(f"failed     a.tcl: reference: {why}; tclsmtp: {why}\n")


def test_what_is_no_script_by_itself_is_left_out_and_told(command: Shell) -> None:
    command.write("a.tcl", "source lib.tcl")
    command.write("lib.tcl", SAME)
    command.write("lib.compare.toml", 'skip = "a library"')
    told = command.start(".")
    assert (told.status, told.out) == (0, f"same       a.tcl: no messages\n1 script: 1 same {SHELLS}\n")
    assert told.err == f"left out: lib.tcl (a library)\n{TWICE}\n"
    assert command.start(".", "--dry-run").out == "a.tcl\nlib.tcl  skip='a library'\n"
    assert command.start("lib.tcl", "--quiet").out == f"1 script: 1 same {SHELLS}\n"


def test_it_is_an_error_where_nothing_else_is_there(command: Shell) -> None:
    command.write("lib.tcl", SAME)
    command.write("lib.compare.toml", "skip = true")
    told = command.start(".")
    assert told == Outcome(2, "", "tclsmtp compare: each script is to be skipped, as its NAME.compare.toml says\n")


@pytest.mark.parametrize(
    "words", [("no.tcl",), ("a.tcl", "--reference", "no-such-tclsh"), ("a.tcl", "--junit", "no/x")]
)
def test_what_is_in_the_way_of_all_is_one_line_and_status_2(command: Shell, words: tuple[str, ...]) -> None:
    command.write("a.tcl", SAME)
    told = command.start(*words, "--quiet")
    assert told.status == 2
    assert told.err.startswith("tclsmtp compare: no")
    assert told.err.count("\n") == 1


def test_a_dry_run_tells_what_would_be_run_and_runs_nothing(command: Shell) -> None:
    command.write("a.tcl", SAME)
    command.write("b.tcl", SAME)
    command.write("b.compare.toml", 'stdin = "x\\n"\noffer = ["auth"]')
    told = command.start(".", "--dry-run", "--reference", "no-such-tclsh")
    assert told == Outcome(0, "a.tcl\nb.tcl  stdin='x\\n'  offer=('auth',)\n", "")


def test_json_goes_to_stdout_alone(command: Shell) -> None:
    command.write("a.tcl", SAME)
    told = command.start("a.tcl", "--json")
    assert json.loads(told.out)["summary"]["same"] == 1


def test_json_and_junit_go_to_files(command: Shell) -> None:
    command.write("a.tcl", SAME)
    told = command.start("a.tcl", "--json", "out.json", "--junit", "out.xml", "--quiet")
    assert told == Outcome(0, f"1 script: 1 same {SHELLS}\n", "")
    assert json.loads((command.folder / "out.json").read_text())["scripts"][0]["name"] == "a.tcl"
    assert ElementTree.parse(command.folder / "out.xml").getroot().get("tests") == "1"


def test_a_report_in_html_is_written_and_told(command: Shell) -> None:
    command.write("a.tcl", SAME)
    told = command.start("a.tcl", "--report", "pages")
    assert (told.status, told.err) == (0, f"{TWICE}\nreport: pages/index.html\n")
    assert "a.tcl" in (command.folder / "pages" / "index.html").read_text()


def test_no_report_is_written_over_a_script(command: Shell) -> None:
    path = command.write("a.tcl", SAME)
    told = command.start("--json", "a.tcl")
    assert told.status == 2
    assert told.err.endswith("argument --json: a.tcl is a script; write --json=- for stdout\n")
    assert path.read_text() == SAME


def test_recordings_stand_for_the_reference(command: Shell) -> None:
    command.write("a.tcl", SAME)
    assert Shell((str(BIN / "tclsmtp"), "record"), command.folder).start("a.tcl", "--save", "kept").status == 0
    told = command.start("a.tcl", "--recorded", "kept", "--reference", "no-such-tclsh")
    assert told == Outcome(0, f"same       a.tcl: no messages\n1 script: 1 same {SHELLS}\n", "")


def test_sigterm_ends_the_scripts_and_leaves_nothing(command: Shell) -> None:
    fifo, scratch = command.folder / "fifo", command.folder / "scratch"
    os.mkfifo(fifo)
    scratch.mkdir()
    command.write("a.tcl", f"set file [open {fifo} w]; puts $file begun; flush $file; vwait forever")
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    process = subprocess.Popen(
        [*command.command, "a.tcl", "--quiet"],
        cwd=command.folder,
        env=command.environment(TMPDIR=str(scratch)),
        stderr=subprocess.PIPE,
    )
    with process:
        assert select.select([reader], [], [], 60)[0]
        assert os.read(reader, 100) == b"begun\n"
        process.terminate()
        assert process.communicate()[1] == b"tclsmtp compare: interrupted\n"
    assert os.read(reader, 1) == b""  # no writer is left
    os.close(reader)
    assert process.returncode == 2
    assert list(scratch.iterdir()) == []


def test_a_script_is_described_on_one_line_without_control_characters() -> None:
    setup = Setup(args=("\x1b",), env=(("TOKEN", "secret"),), rules=Path("rules.toml"), timeout=2.5, display=True)
    assert describe(Script("a\n.tcl", Path(), Path("a"), setup)) == (
        r"a\n.tcl  args=('\x1b',)  env=TOKEN  rules=rules.toml  timeout=2.5  display=True"
    )
