"""Scripts run under tclsmtp hold the conversations, and send the messages, that they did under tcllib."""

from __future__ import annotations

import fnmatch
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.support.deviations import Explanation, Rule, explain, rules_for
from tests.support.recordings import DIALECTS, SESSION_NAMES, recorded, replay

TCLSMTP = Path(sys.executable).with_name("tclsmtp")


@cache
def compare(name: str, dialect: str) -> Explanation:
    ours = replay(name, TCLSMTP, "run", "--dialect", dialect)
    return explain(f"sessions/{name}", dialect, recorded(name, dialect), ours)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", SESSION_NAMES)
def test_session_is_as_recorded(name: str, dialect: str) -> None:
    found = compare(name, dialect)
    if found.unexplained:
        pytest.fail(str(found), pytrace=False)


def test_each_deviation_of_the_sessions_shows_in_all_that_it_names() -> None:
    assert [idle for rule in rules_for("sessions/") for idle in unneeded(rule)] == []


def unneeded(rule: Rule) -> list[str]:
    """What the rule names without being needed there."""
    named = [
        (name, dialect) for name in SESSION_NAMES for dialect in DIALECTS if rule.names(f"sessions/{name}", dialect)
    ]
    needed = [f"sessions/{name}" for name, dialect in named if rule in compare(name, dialect).rules]
    return [f"{rule} in {name}" for name in rule.recordings if not fnmatch.filter(needed, name)]
