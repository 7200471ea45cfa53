"""How compat/deviations.toml explains differences between a recording and tclsmtp."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.support.deviations import DEVIATIONS, Rule, explain, load, parse

CODE = {"recording": "sessions/dot552", "dialect": "2.0", "recorded": "^code 7$", "ours": "code 1"}
RECORDED = ["rc 0", "code 7", "result {}", "code 77"]
OURS = ["rc 0", "code 1", "result {}", "code 77"]


def rules(*explains: dict[str, str], deviation: str = "some-id") -> list[Rule]:
    return list(parse({"id": deviation, "explains": list(explains)}))


def test_equal_lines_need_no_rule() -> None:
    found = explain("sessions/dot552", "2.0", RECORDED, RECORDED, rules(CODE))
    assert (found.rules, found.unexplained) == ((), ())


def test_rule_explains_what_it_names_to_the_letter() -> None:
    used = rules(CODE)
    found = explain("sessions/dot552", "2.0", RECORDED, OURS, used)
    assert (found.rules, found.unexplained) == (tuple(used), ())


@pytest.mark.parametrize(("recording", "dialect"), [("sessions/mail550", "2.0"), ("sessions/dot552", "1.20")])
def test_rule_says_nothing_about_other_recordings(recording: str, dialect: str) -> None:
    found = explain(recording, dialect, RECORDED, OURS, rules(CODE))
    assert [(left.line, left.expected, left.got) for left in found.unexplained] == [(2, ("code 7",), ("code 1",))]


def test_difference_beside_the_explained_one_stays() -> None:
    found = explain("sessions/dot552", "2.0", RECORDED, ["rc 1", *OURS[1:]], rules(CODE))
    assert [left.got for left in found.unexplained] == [("rc 1",)]


def test_rule_that_says_too_much_leaves_a_difference() -> None:
    found = explain("sessions/dot552", "2.0", RECORDED, OURS, rules(CODE | {"recorded": "^code 7"}))
    assert found.unexplained


def test_rule_drops_and_adds_lines() -> None:
    drop = CODE | {"recorded": r"^result .*\n", "ours": ""}
    add = CODE | {"recorded": r"^(code 77)$", "ours": r"\1\nmore"}
    found = explain("sessions/dot552", "2.0", RECORDED, ["rc 0", "code 7", "code 77", "more"], rules(drop, add))
    assert not found.unexplained


def test_entries_combine_and_only_needed_ones_are_told() -> None:
    first = rules(CODE, deviation="first")
    unneeded = rules(CODE | {"recorded": "^code 77$", "ours": "never"}, deviation="unneeded")
    last = rules(CODE | {"recorded": "^rc 0$", "ours": "rc 1"}, deviation="last")
    found = explain("sessions/dot552", "2.0", RECORDED, ["rc 1", *OURS[1:]], [*first, *unneeded, *last])
    assert (found.rules, found.unexplained) == ((*first, *last), ())


def test_wildcards_name_many_recordings() -> None:
    wide = rules(CODE | {"recording": "sessions/*"})
    assert not explain("sessions/mail550", "2.0", RECORDED, OURS, wide).unexplained


def entries() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(DEVIATIONS.read_text(encoding="utf-8"))["deviation"]
    return found


def test_identifiers_are_unique() -> None:
    identifiers = [entry["id"] for entry in entries()]
    assert sorted(identifiers) == sorted(set(identifiers))


def test_each_entry_says_what_differs_and_why() -> None:
    assert not [entry["id"] for entry in entries() if not all(entry[key].strip() for key in ("tcllib", "here", "why"))]


def test_rules_name_recordings_that_a_test_compares() -> None:
    assert {name.partition("/")[0] for rule in load() for name in rule.recordings} <= {"calls", "sessions"}
