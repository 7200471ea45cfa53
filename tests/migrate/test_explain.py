"""Differences and what explains them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.explain import Explanations
from tclsmtp.migrate.model import Difference, Explanation
from tclsmtp.migrate.showing import LIMIT, cut

TWICE = Difference("header.Content-Transfer-Encoding", "base64\nbase64", "base64", 0)

DEVIATIONS = r"""
[[deviation]]
id = "first"
tcllib = "A"
here = "B"

[[deviation.differs]]
id = "body.*"
reference = 'one'
reference_as = 'eins'

[[deviation]]
id = "second"
tcllib = "C"
here = "D"

[[deviation.differs]]
id = "body.*"
reference = 'two'
ours = '(z)wei'
ours_as = 't\1wo'
why = "counting"

[[deviation.differs]]
id = "body.*"
reference = 'two'
reference_as = 'tzwo'

[[deviation.differs]]
id = "exit-code"
beside = "stderr"

[[deviation.differs]]
id = "stderr"
reference = '\A\Z'
reference_as = 'oh'
"""


@pytest.fixture
def deviations(tmp_path: Path) -> Explanations:
    return Explanations.load(write(tmp_path / "deviations.toml", DEVIATIONS))


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def accept(folder: Path, *entries: str) -> Path:
    return write(folder / "accept.toml", "\n".join(f"[[accept]]\n{entry}" for entry in entries))


def explanation(explanations: Explanations, difference: Difference, script: str = "a.tcl") -> Explanation | None:
    [explained] = explanations.explain(script, [difference])
    return explained.explanation


def test_deviation_explains_what_it_turns_into_ours(deviations: Explanations) -> None:
    told = explanation(deviations, Difference("body.1", "one\nx", "eins\nx"))
    assert told == Explanation("first", "tcllib: A; here: B", "deviations.toml")


def test_defect_beside_a_deviation_stays_a_difference(deviations: Explanations) -> None:
    assert explanation(deviations, Difference("body.1", "one\nx", "eins\ny")) is None


def test_deviation_is_for_its_differences_alone(deviations: Explanations) -> None:
    assert explanation(deviations, Difference("stdout", "one", "eins")) is None


def test_deviations_come_together(deviations: Explanations) -> None:
    told = explanation(deviations, Difference("body.1.2", "one two", "eins zwei"))
    assert told is not None
    assert (told.id, told.text) == ("first + second", "tcllib: A; here: B; counting; tcllib: C; here: D")


def test_what_is_cut_is_not_explained(deviations: Explanations) -> None:
    assert explanation(deviations, Difference("body.1", cut("one" * LIMIT), cut("eins" * LIMIT))) is None


def test_exit_code_goes_with_what_explains_the_error(deviations: Explanations) -> None:
    code = Difference("exit-code", "0", "1")
    assert deviations.explain("a.tcl", [code, Difference("stderr", "", "oh")])[0].explanation is not None
    assert deviations.explain("a.tcl", [code, Difference("stderr", "", "ah")])[0].explanation is None


def test_user_accepts_a_difference(tmp_path: Path) -> None:
    file = accept(tmp_path, 'id = "stdout"\nwhy = "new banner"')
    explanations = Explanations.load(accept=[file])
    told = explanation(explanations, Difference("stdout", "a", "b"))
    assert told == Explanation("accept 1", "new banner", str(file))
    assert explanation(explanations, Difference("stderr", "a", "b")) is None


@pytest.mark.parametrize(
    ("more", "matches"),
    [
        ('script = "mail/*.tcl"', True),
        ('script = "other/*.tcl"', False),
        ("reference = '^two$'", True),
        ("reference = '^three$'", False),
        ("ours = 'tw.'", True),
        ("ours = 'three'\nreference = 'two'", False),
    ],
)
def test_patterns_narrow_what_is_accepted(tmp_path: Path, more: str, matches: bool) -> None:
    explanations = Explanations.load(accept=[accept(tmp_path, f'id = "std*"\nwhy = "w"\n{more}')])
    told = explanation(explanations, Difference("stdout", "one\ntwo", "two"), "mail/a.tcl")
    assert (told is not None, explanations.stale() == ()) == (matches, matches)


def test_entries_that_matched_nothing_are_stale(tmp_path: Path) -> None:
    file = accept(tmp_path, 'id = "stdout"\nwhy = "w"', 'id = "body.*"\nwhy = "w"')
    explanations = Explanations.load(accept=[file])
    explanations.explain("a.tcl", [Difference("stdout", "a", "b")])
    assert explanations.stale() == (f"{file}: accept 2 (body.*)",)


def test_deviation_explains_before_the_user_whose_entry_is_used_all_the_same(tmp_path: Path) -> None:
    own = write(tmp_path / "deviations.toml", DEVIATIONS)
    explanations = Explanations.load(own, [accept(tmp_path, 'id = "body.1"\nwhy = "w"')])
    told = explanation(explanations, Difference("body.1", "one", "eins"))
    assert told is not None
    assert (told.id, explanations.stale()) == ("first", ())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1", "unknown key 'x'; expected accept"),
        ("accept = 1", "accept: expected tables: [[accept]]"),
        ('[[accept]]\nid = "a"', "accept 1: why is missing"),
        ('[[accept]]\nwhy = "a"', "accept 1: id is missing"),
        ('[[accept]]\nid = "a"\nwhy = ""', "accept 1: why is empty"),
        ('[[accept]]\nid = "a"\nwhy = 1', "accept 1: why: expected text"),
        ('[[accept]]\nid = "a"\nwhy = "b"\nextra = 1', "accept 1: unknown key 'extra'; expected id, why, script"),
        ('[[accept]]\nid = "a"\nwhy = "b"\nours = "("', "accept 1: ours: missing ), unterminated subpattern"),
        ("[[accept", "Expected"),
    ],
)
def test_mistake_in_a_file_is_told(tmp_path: Path, text: str, complaint: str) -> None:
    file = write(tmp_path / "mine.toml", text)
    with pytest.raises(MigrateError, match=re.escape(f"{file}: {complaint}")):
        Explanations.load(accept=[file])


def test_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MigrateError, match=r"none\.toml: No such file or directory"):
        Explanations.load(accept=[tmp_path / "none.toml"])


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ('id = "a"', "d: differs 1: expected rewrite, reference_as or ours_as"),
        ('id = "a"\nrewrite = "none"', "d: differs 1: rewrite: 'none' is none of "),
    ],
)
def test_mistake_in_the_deviations_is_told(tmp_path: Path, table: str, complaint: str) -> None:
    file = write(tmp_path / "d.toml", f'[[deviation]]\nid = "d"\n[[deviation.differs]]\n{table}')
    with pytest.raises(MigrateError, match=re.escape(f"{file}: {complaint}")):
        Explanations.load(file)


def test_own_deviations_are_at_hand() -> None:
    assert explanation(Explanations.load(), TWICE) is not None
