"""The plugin of pytest, in sessions of their own; the plugin is there as tclsmtp is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tclsmtp.migrate import recordings
from tclsmtp.migrate.capturing import Recorder
from tclsmtp.migrate.script import Setup, find_scripts

pytest_plugins = ["pytester"]

SAME = "puts hello"
DIFFERS = "puts [package require smtp]; puts end"
LATE = "vwait forever"
ACCEPT = """
[[accept]]
id = "stdout"
script = "*explained.tcl"
why = "versions differ"
[[accept]]
id = "header.X"
why = "never"
"""
STALE = "tcl-compare: nothing came up for *accept.toml: accept 2 (header.X)"


@pytest.fixture
def four(pytester: pytest.Pytester) -> pytest.Pytester:
    """Scripts of each outcome, and what is accepted of them."""
    folder = pytester.mkdir("scripts")
    (folder / "same.tcl").write_text(SAME)
    (folder / "differs.tcl").write_text(DIFFERS)
    (folder / "explained.tcl").write_text(DIFFERS)
    (folder / "late.tcl").write_text(LATE)
    (folder / "late.compare.toml").write_text("timeout = 0.5")
    (pytester.path / "accept.toml").write_text(ACCEPT)
    return pytester


def test_each_script_is_a_test(four: pytest.Pytester) -> None:
    made = four.runpytest("--tcl-compare", "scripts", "--tcl-accept", "accept.toml", "--junitxml=out.xml", "-rP")
    made.assert_outcomes(passed=2, failed=1, errors=1)
    made.stdout.fnmatch_lines(
        [
            "tcl-compare: 4 scripts, each under tcllib and under tclsmtp",
            "*_ ERROR at setup of scripts/late.tcl _*",
            "could not be compared: reference: took longer than 0.5 seconds; *",
            "*_ scripts/differs.tcl _*",
            "differs: stdout",
            "  - tclsh, tcllib *",
            "  + tclsmtp *",
            "",
            "stdout",
            "  - 1.5.1",
            "  + 1.5.2",
            "    end",
            "*_ scripts/explained.tcl _*",
            "*differences with an explanation*",
            "stdout, explained by accept 1 (*accept.toml): versions differ",
            "  + 1.5.2",
            STALE,
        ]
    )
    made.stdout.no_fnmatch_line("*Traceback*")
    made.stdout.no_fnmatch_line("*.py*")
    cases = ElementTree.parse(four.path / "out.xml").getroot().iter("testcase")
    assert [
        (case.get("classname"), [told.tag for told in case if told.tag in ("failure", "error")]) for case in cases
    ] == [
        ("scripts.differs.tcl", ["failure"]),
        ("scripts.explained.tcl", []),
        ("scripts.late.tcl", ["error"]),
        ("scripts.same.tcl", []),
    ]


def test_xdist_spreads_them(four: pytest.Pytester) -> None:
    made = four.runpytest_subprocess("--tcl-compare", "scripts", "--tcl-accept", "accept.toml", "-n", "2")
    made.assert_outcomes(passed=2, failed=1, errors=1)
    made.stdout.fnmatch_lines(["differs: stdout", "  - 1.5.1", STALE])


def test_scripts_are_beside_other_tests_and_chosen_by_marker_and_name(four: pytest.Pytester) -> None:
    four.makepyfile("def test_other(): pass")
    ask = ("--tcl-compare", "scripts", "--collect-only", "-q")
    assert len([line for line in four.runpytest(*ask).outlines if "::" in line]) == 5
    chosen = four.runpytest(*ask, "-m", "tcl_compare", "-k", "same or late").outlines
    assert [line for line in chosen if "::" in line] == ["scripts/late.tcl::compare", "scripts/same.tcl::compare"]


def test_scripts_have_the_marks_of_their_settings(four: pytest.Pytester) -> None:
    (four.path / "scripts" / "same.compare.toml").write_text('marks = ["slow", "nightly"]')
    (four.path / "scripts" / "late.compare.toml").write_text('marks = ["nightly"]')
    ask = ("--tcl-compare", "scripts", "--collect-only", "-q", "--strict-markers", "-m")
    assert [line for line in four.runpytest(*ask, "nightly and not slow").outlines if "::" in line] == [
        "scripts/late.tcl::compare"
    ]
    four.runpytest("--tcl-compare", "scripts", "--markers").stdout.fnmatch_lines(["@pytest.mark.slow: *"])


def test_scripts_that_are_to_be_skipped_are(four: pytest.Pytester) -> None:
    for name in ("late", "differs"):
        (four.path / "scripts" / f"{name}.compare.toml").write_text('skip = "a library"')
    made = four.runpytest("--tcl-compare", "scripts", "--tcl-accept", "accept.toml", "-rs")
    made.assert_outcomes(passed=2, skipped=2)
    made.stdout.fnmatch_lines([STALE, "SKIPPED*a library"])


def test_after_a_choice_no_explanation_is_called_useless(four: pytest.Pytester) -> None:
    made = four.runpytest("--tcl-compare", "scripts", "--tcl-accept", "accept.toml", "-k", "same")
    made.assert_outcomes(passed=1, deselected=3)
    made.stdout.no_fnmatch_line("*nothing came up*")


def test_a_script_that_is_named_twice_is_one_test(four: pytest.Pytester) -> None:
    made = four.runpytest("--tcl-compare", "scripts/same.tcl", "--tcl-compare", "scripts", "--collect-only", "-q")
    made.stdout.fnmatch_lines(["scripts/same.tcl::compare", "scripts/differs.tcl::compare", "*4 tests collected*"])


def test_scripts_outside_of_the_project_are_compared(four: pytest.Pytester) -> None:
    inside = four.mkdir("inside")
    (inside / "pytest.ini").write_text("[pytest]\n")
    made = four.runpytest("--rootdir", str(inside), "-c", "inside/pytest.ini", "--tcl-compare", "scripts/same.tcl")
    made.assert_outcomes(passed=1)


def test_settings_stand_for_options(four: pytest.Pytester, tmp_path: Path) -> None:
    (script,) = find_scripts([four.path / "scripts" / "explained.tcl"], Setup())
    recordings.save(four.path / "kept", script, Recorder().run(script))
    four.makeini("[pytest]\ntcl_reference = no-such-tclsh\ntcl_recorded = kept\ntcl_accept = accept.toml\n")
    made = four.runpytest("--tcl-compare", "scripts/explained.tcl", "-rP")
    made.assert_outcomes(passed=1)
    made.stdout.fnmatch_lines(["*explained by accept 1*"])


def test_a_reference_that_is_not_there_is_an_error_of_each_script(four: pytest.Pytester) -> None:
    made = four.runpytest("--tcl-compare", "scripts/same.tcl", "--tcl-reference", "no-such-tclsh")
    made.assert_outcomes(errors=1)
    made.stdout.fnmatch_lines(["could not be compared: no-such-tclsh: No such file or directory*"])


@pytest.mark.parametrize("more", [(), ("-n", "1")])
def test_a_path_that_is_not_there_is_told_before_anything_is_run(four: pytest.Pytester, more: tuple[str, ...]) -> None:
    made = four.runpytest("--tcl-compare", "nowhere", *more)
    assert made.ret == pytest.ExitCode.USAGE_ERROR
    made.stderr.fnmatch_lines(["ERROR: --tcl-compare: nowhere: there is no such script or folder"])


def test_what_a_script_says_cannot_steer_a_terminal(four: pytest.Pytester) -> None:
    (four.path / "scripts" / "same.tcl").write_text(r'puts "\033\[2J[package require smtp]"')
    made = four.runpytest("--tcl-compare", "scripts/same.tcl")
    assert "\x1b[2J" not in made.stdout.str()
    made.stdout.fnmatch_lines(["*[[]2J1.5.1"])


def test_without_the_option_nothing_is_done(four: pytest.Pytester) -> None:
    four.makepyfile("def test_other(): pass")
    made = four.runpytest("--strict-markers", "-m", "not tcl_compare")
    made.assert_outcomes(passed=1)
    made.stdout.no_fnmatch_line("*tcl-compare*")


def test_the_plugin_alone_imports_little() -> None:
    before = "import pytest, sys; old = set(sys.modules)"
    code = f"{before}; import tclsmtp.migrate.pytest_plugin; print(*sorted(set(sys.modules) - old))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.split() == ["tclsmtp", "tclsmtp.migrate", "tclsmtp.migrate.pytest_plugin"]
