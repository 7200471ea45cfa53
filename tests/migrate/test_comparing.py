"""Comparing scripts under the real two shells."""

from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate import recordings
from tclsmtp.migrate.capturing import Recorder
from tclsmtp.migrate.comparing import Comparer, Settings
from tclsmtp.migrate.model import Outcome
from tclsmtp.migrate.script import Script, Setup

SEND = """
package require smtp
set token [mime::initialize -canonical text/plain -string hello]
smtp::sendmessage $token -servers mail.invalid -originator a@example.com -recipients b@example.com
puts [pwd]
"""


@pytest.fixture(scope="module")
def comparer() -> Comparer:
    return Comparer(Settings())


def script(folder: Path, text: str, setup: Setup | None = None) -> Script:
    (folder / "a.tcl").write_text(text)
    return Script("a.tcl", folder, Path("a.tcl"), setup or Setup())


def test_a_script_that_sends_the_same_is_the_same(tmp_path: Path, comparer: Comparer) -> None:
    made = comparer.compare(script(tmp_path, SEND))
    assert (made.outcome, made.differences, made.error) == (Outcome.SAME, (), "")
    assert made.reference is not None
    assert made.ours is not None
    for run in (made.reference, made.ours):
        assert len(run.captured.deliveries) == 1
        assert (run.stdout, run.dialect) == (b"<folder>\n", "2.0")


def test_a_script_that_says_something_else_differs(tmp_path: Path, comparer: Comparer) -> None:
    made = comparer.compare(script(tmp_path, "puts [file exists [info library]][package require smtp]"))
    assert made.outcome is Outcome.DIFFERS
    assert [difference.id for difference in made.differences] == ["stdout"]


def test_a_script_that_takes_too_long_has_failed(tmp_path: Path, comparer: Comparer) -> None:
    made = comparer.compare(script(tmp_path, "vwait forever", Setup(timeout=0.5)))
    assert made.outcome is Outcome.FAILED
    assert made.reference is not None
    assert made.reference.error == "took longer than 0.5 seconds"


def test_what_is_in_the_way_is_told_in_the_comparison(tmp_path: Path, comparer: Comparer) -> None:
    made = comparer.compare(script(tmp_path, "", Setup(rules=tmp_path / "no.toml")))
    assert (made.outcome, made.error) == (Outcome.FAILED, f"{tmp_path / 'no.toml'}: No such file or directory")


def test_a_recording_stands_for_a_reference_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = script(tmp_path, SEND)
    recordings.save(tmp_path / "kept", asked, Recorder().run(asked))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MigrateError, match="tclsh: No such file"):
        Comparer(Settings())
    made = Comparer(Settings(recorded=tmp_path / "kept")).compare(asked)
    assert (made.outcome, made.error) == (Outcome.SAME, "")
    stale = Comparer(Settings(recorded=tmp_path / "kept")).compare(script(tmp_path, "puts other"))
    assert stale.outcome is Outcome.FAILED
    assert ": stale: " in stale.error


def test_a_recording_is_the_same_in_another_zone_and_locale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = script(tmp_path, f"{SEND}\nputs [clock format 0][encoding system]")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "C")
    recordings.save(tmp_path / "kept", asked, Recorder().run(asked))
    monkeypatch.setenv("TZ", "America/Lima")
    made = Comparer(Settings(recorded=tmp_path / "kept")).compare(asked)
    assert (made.outcome, made.error) == (Outcome.SAME, "")


def test_after_an_interrupt_nothing_is_compared(tmp_path: Path) -> None:
    comparer = Comparer(Settings())
    comparer.interrupt()
    assert comparer.compare(script(tmp_path, SEND)).error == "interrupted"
