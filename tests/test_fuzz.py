"""tclsmtp answers calls made up at random as tcllib does, and the fuzz would tell if it did not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st

from compat.fuzz.commands import SUBJECTS, Subject
from compat.fuzz.compare import Comparison, Difference
from compat.fuzz.explanations import EXPLANATIONS, explain
from compat.fuzz.run import CALLS, SEED, fuzz, tell, unneeded
from compat.fuzz.sides import Answer
from tests.support.deviations import DEVIATIONS

RUN = Path(__file__).parents[1] / "compat" / "fuzz" / "run.py"


@pytest.fixture
def comparison() -> Iterator[Comparison]:
    with Comparison() as both:
        yield both


def test_answers_as_tcllib_does(comparison: Comparison) -> None:
    found = fuzz(comparison, [*SUBJECTS], SEED, CALLS, None)
    assert not found, "\n".join(tell(*each) for each in found.items())
    assert comparison.tally.calls.total() >= 20_000
    assert unneeded(comparison) == []


def test_smallest_call_that_differs_is_found(comparison: Comparison) -> None:
    numbers = st.integers(0, 1000).map(lambda number: [f"expr {{{number} > 10 ? [package provide mime] : {number}}}"])
    found = comparison.fuzz(Subject("versions", numbers, ("2.0",)), 100, 1)
    assert found
    assert found.call == "expr {11 > 10 ? [package provide mime] : 11}"
    assert found.ours == Answer(0, "1.7.2") != found.theirs


def test_difference_is_told_as_a_line_for_tclsh() -> None:
    told = tell("dates", Difference("mime::parsedatetime x hour", "1.20", Answer(1, "a\nb"), Answer(0, "a\nc")))
    assert "\n  package require mime; mime::parsedatetime x hour\n" in told
    assert [line.strip() for line in told.splitlines() if line.startswith(("  -", "  +"))] == [
        *("-code 1", "+code 0", "-'b'", "+'c'")
    ]


def test_difference_beside_an_explained_one_stays() -> None:
    call = 'mime::parsedatetime "1 Sep 2000" lmonth'
    assert explain(call, Answer(0, "Sepember"), Answer(0, "September"))
    assert explain(call, Answer(0, "Sepember"), Answer(1, "September")) is None
    assert explain("mime::parseaddress Sepember", Answer(0, "Sepember"), Answer(0, "September")) is None


def test_explanations_name_deviations() -> None:
    listed = DEVIATIONS.read_text(encoding="utf-8")
    assert [each.deviation for each in EXPLANATIONS if f'id = "{each.deviation}"' not in listed] == []


def test_command_runs_on_its_own() -> None:
    command = [sys.executable, str(RUN), "--calls", "100", "--command", "mapencoding", "--seed", "5"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "mapencoding" in run.stdout
