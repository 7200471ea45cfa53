"""`tclsmtp record`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.migrate.recordings import load
from tclsmtp.migrate.script import Script
from tests.support.tclsh import BIN, Outcome, Shell

SEND = """
package require smtp
set token [mime::initialize -canonical text/plain -string hello]
smtp::sendmessage $token -servers mail.invalid -originator a@example.com -recipients b@example.com
puts $argv
"""


@pytest.fixture
def command(tmp_path: Path) -> Shell:
    return Shell((str(BIN / "tclsmtp"), "record"), tmp_path)


def test_what_scripts_send_is_kept(command: Shell) -> None:
    command.write("a.tcl", "puts hello")
    command.write("b.tcl", SEND)
    told = command.start("a.tcl", "b.tcl", "--save", "kept")
    assert told == Outcome(0, "a.tcl: 0 messages, kept in kept/a\nb.tcl: 1 message, kept in kept/b\n", "")
    kept = load(command.folder / "kept", Script("b.tcl", command.folder, Path("b.tcl")))
    assert [delivery.recipients for delivery in kept.captured.deliveries] == [("b@example.com",)]


def test_words_after_two_dashes_are_the_scripts(command: Shell) -> None:
    command.write("a.tcl", "puts $argv; exit 3")
    assert command.start("a.tcl", "--save", "kept", "--quiet", "--", "--jobs", "x") == Outcome(0, "", "")
    assert '\n   "--jobs x",\n' in (command.folder / "kept" / "a" / "run.json").read_text()


def test_a_script_that_takes_too_long_is_not_kept(command: Shell) -> None:
    command.write("a.tcl", "vwait forever")
    told = command.start("a.tcl", "--save", "kept", "--timeout", "0.5")
    assert told == Outcome(2, "a.tcl: took longer than 0.5 seconds\n", "")
    assert not (command.folder / "kept").exists()


def test_what_is_to_be_skipped_is_not_kept(command: Shell) -> None:
    for name in ("a", "lib"):
        command.write(f"{name}.tcl", "puts hello")
    command.write("lib.compare.toml", "skip = true")
    told = command.start(".", "--save", "kept")
    assert told == Outcome(0, "a.tcl: 0 messages, kept in kept/a\n", "left out: lib.tcl (skip = true)\n")


def test_two_scripts_of_one_name_are_refused(command: Shell) -> None:
    for name in ("one", "two"):
        (command.folder / name).mkdir()
        command.write(f"{name}/a.tcl", "puts x")
    told = command.start("one/a.tcl", "two/a.tcl", "--save", "kept")
    assert told == Outcome(2, "", "tclsmtp record: one/a.tcl and two/a.tcl would both be recorded as a\n")


def test_help_says_what_becomes_of_sockets_and_what_is_copied(command: Shell) -> None:
    told = command.start("--help")
    assert told.out.startswith("usage: tclsmtp record [options] SCRIPT|DIR... --save DIR [-- ARG...]\n")
    for words in ("such as HTTP", "256 MiB", "NAME.compare.toml"):
        assert words in told.out.replace("\n", " ")
