"""Comparisons for people."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest

from tclsmtp.migrate.model import Captured, Comparison, Delivery, Difference, Explanation, Run
from tclsmtp.migrate.terminal import escape, lines, progress, show, summary

TCLSH = Run("tclsh, tcllib 1.21", "2.0", 0, b"", b"", 10.0, 0.25, Captured((), (Delivery("a", ("b",), b""),)))
OURS = Run("tclsmtp 1", "2.0", 0, b"", b"", 10.0, 0.25, Captured())
WHY = Explanation("cte-once", "once is right", "deviations.toml")

SAME = Comparison("same.tcl", TCLSH, OURS)
DIFFERS = Comparison(
    "[red]x\x1b.tcl",
    replace(TCLSH, exit_code=3, captured=Captured()),
    OURS,
    (Difference("stdout", "one\n", "\x1b[2J"), Difference("header.cte", "twice", "once", 0, WHY)),
)
FAILED = Comparison("broken.tcl", error="cannot be copied")


class Screen(StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setenv("TERM", "xterm")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é", "plain é"),
        ("a\nb", r"a\nb"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202e", r"\u202e"),
        ("12345678", "12345..."),
    ],
)
def test_text_is_shown_on_one_line_without_control_characters(text: str, shown: str) -> None:
    assert escape(text, 7 if text != "12345678" else 5) == shown


def test_a_comparison_is_its_outcome_and_each_difference() -> None:
    assert list(lines(DIFFERS)) == [
        r"differs    [red]x\x1b.tcl: no messages, exit status 3",
        "    stdout",
        r"        reference: one\n",
        r"        tclsmtp:   \x1b[2J",
        "    1 difference (header.cte) explained by cte-once: once is right",
    ]


def test_a_failed_one_says_why() -> None:
    assert list(lines(FAILED)) == ["failed     broken.tcl: cannot be copied"]


def test_one_that_is_the_same_says_what_was_sent() -> None:
    assert list(lines(SAME)) == ["same       same.tcl: 1 message"]


def test_the_summary_counts_and_names_the_shells() -> None:
    assert summary([SAME, DIFFERS, FAILED]) == (
        "3 scripts: 1 same, 1 differs, 1 failed (tclsh, tcllib 1.21 / tclsmtp 1, dialect 2.0)"
    )
    assert summary([FAILED]) == "1 script: 1 failed"


def test_what_is_no_terminal_gets_plain_lines() -> None:
    out = StringIO()
    show([SAME, FAILED], quiet=False, file=out)
    assert out.getvalue().splitlines() == [*lines(SAME), *lines(FAILED), summary([SAME, FAILED])]


def test_quiet_leaves_out_what_needs_no_attention() -> None:
    out = StringIO()
    show([SAME, FAILED], quiet=True, file=out)
    assert out.getvalue().splitlines() == [*lines(FAILED), summary([SAME, FAILED])]


def test_a_terminal_gets_a_table_that_no_script_can_steer() -> None:
    out = Screen()
    show([SAME, DIFFERS, FAILED], quiet=False, file=out)
    shown = out.getvalue()
    assert r"[red]x\x1b.tcl" in shown
    assert r"\x1b[2J" in shown
    assert "\x1b[2J" not in shown
    assert "cannot be copied" in shown
    assert shown.endswith(summary([SAME, DIFFERS, FAILED]) + "\n")


def test_a_terminal_gets_a_progress_bar() -> None:
    screen = Screen()
    with progress(2, quiet=False, file=screen) as done:
        done("[bold]a.tcl")
        done("b.tcl")
    assert "100%" in screen.getvalue()


@pytest.mark.parametrize(("quiet", "file"), [(True, Screen()), (False, StringIO())])
def test_there_is_none_elsewhere_or_when_quiet(quiet: bool, file: StringIO) -> None:
    with progress(1, quiet=quiet, file=file) as done:
        done("a.tcl")
    assert file.getvalue() == ""
