"""The script file: its encoding, and what is said when there is none. Each test with `shell` runs under tclsh too."""

from __future__ import annotations

import pytest

from tests.support.tclsh import Outcome, Shell


def test_a_file_is_read_in_the_system_encoding(shell: Shell) -> None:
    assert shell.run("puts [string length \u00e9]").out == "1\n"
    assert shell.run("puts [string length \u00e9]", env=shell.environment(LANG="C")).out == "2\n"


CODECS = {"utf-8": "utf-8", "iso8859-1": "latin-1", "cp1252": "cp1252", "unicode": "utf-16-le", "shiftjis": "shift-jis"}


@pytest.mark.parametrize(("encoding", "codec"), CODECS.items())
def test_a_file_is_read_in_the_encoding_that_is_given(shell: Shell, encoding: str, codec: str) -> None:
    letter = "\uff8a" if encoding == "shiftjis" else "\u00e9"
    script = f"puts [string length {letter}],[format %x [scan {letter} %c]],[encoding system]"
    told = shell.run(script.encode(codec), options=("-encoding", encoding))
    assert told == Outcome(0, f"1,{ord(letter):x},utf-8\n", "")


@pytest.mark.parametrize("options", [(), ("-encoding", "utf-8")])
def test_a_byte_order_mark_is_skipped(shell: Shell, options: tuple[str, ...]) -> None:
    assert shell.run(b"\xef\xbb\xbfputs ok", options=options).out == "ok\n"


@pytest.mark.parametrize("options", [(), ("-encoding", "utf-8")])
def test_a_file_ends_at_control_z(shell: Shell, options: tuple[str, ...]) -> None:
    assert shell.run("puts ok\n\x1aputs never", options=options).out == "ok\n"


def test_line_ends_of_any_kind_are_read(shell: Shell) -> None:
    assert shell.run("puts a\r\nputs \\\r\n  b\r\nputs c").out == "a\nb\nc\n"


TRACES = [
    "error \u20ac",
    "proc a {} {b}\nproc b {} {\n  error deep\n}\na",
    'proc a {} {error foo {own\n    invoked from within\n"source -encoding utf-8 x"}}\na',
    "error {} {own trace}",
    "error {several\nlines}",
    "source no-such",
    "source -encoding utf-8 no-such",
    "set f [open inner.tcl w]; puts $f {proc p {} {error inner}; p}; close $f; source -encoding utf-8 inner.tcl",
    "set x {unclosed",
    "no-such",
    "rename source {}; error foo",
    "rename exit leave; proc exit {code} {puts stderr <$::errorInfo>; leave $code}; error foo",
]


@pytest.mark.parametrize("script", TRACES)
@pytest.mark.parametrize("encoding", ["utf-8", "unicode"])
def test_an_encoding_leaves_no_mark_in_a_trace(both: tuple[Shell, Shell], encoding: str, script: str) -> None:
    text = script.encode("utf-16-le" if encoding == "unicode" else encoding)
    tclsh, tclsmtp = (shell.run(text, options=("-encoding", encoding)) for shell in both)
    assert tclsmtp == tclsh
    assert tclsh.status == 1


MISSING = {
    "no-such.tcl": "no such file or directory",
    ".": "illegal operation on a directory",
    "": "no such file or directory",
    "script.tcl/x": "not a directory",
    "two\nlines": "no such file or directory",
}


@pytest.mark.parametrize(("name", "why"), MISSING.items())
@pytest.mark.parametrize("options", [(), ("-encoding", "utf-8")])
def test_a_script_that_cannot_be_read_is_one_line_and_status_1(
    shell: Shell, options: tuple[str, ...], name: str, why: str
) -> None:
    shell.write("script.tcl", "")
    assert shell.start(*options, name) == Outcome(1, "", f'couldn\'t read file "{name}": {why}\n')


def test_an_unknown_encoding_is_one_line_and_status_1(shell: Shell) -> None:
    assert shell.run("puts x", options=("-encoding", "no-such")) == Outcome(1, "", 'unknown encoding "no-such"\n')


def test_a_home_folder_is_found(shell: Shell) -> None:
    shell.write("script.tcl", "puts $argv0")
    assert shell.start("~/script.tcl").out == "~/script.tcl\n"
