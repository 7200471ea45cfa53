"""Deviations from tcllib, as rules that turn what was recorded into what tclsmtp does.

compat/deviations.toml lists every deviation. Where a recording shows it, the entry says exactly how:

    [[deviation]]
    id = "refusal-code"
    tcllib = "1.21 and later return code 7 when the server refuses"
    here = "code 1, and an errorcode"
    why = "`catch {...} == 1` is how scripts test for an error"

    [[deviation.explains]]
    recording = ["sessions/dot552", "sessions/mail550"]
    dialect = "2.0"
    recorded = '^code 7$'
    ours = 'code 1'

`recording` is a name or a list of names, with the wildcards of fnmatch; `dialect` may be left out when the rule holds
for both. `recorded` is a regular expression (multiline, so `^` and `$` are a line's ends) that is searched in the whole
recording, and `ours` what stands in its place (`\\1` is a group). A rule that drops lines ends in `\\n` and has
`ours = ''`; one that adds a line puts `\\n` into `ours`.

A recording is explained when the rules of the fewest entries, applied wherever they match, turn it into what
tclsmtp did, to the letter. So a difference that no entry names stays unexplained, a rule that says too much leaves a
difference too, and `Explanation.rules` tells which rules were needed; one that is never needed has to go:

    found = explain("sessions/dot552", "2.0", recorded.split("\\n"), ours.split("\\n"))
    assert found.unexplained == (), str(found)

    @pytest.mark.parametrize("rule", rules_for("sessions/"), ids=str)
    def test_rule_is_needed(rule):
        assert any(rule in explain(...).rules for ... in every recording and dialect where rule.names(...))
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

DEVIATIONS = Path(__file__).parents[2] / "compat" / "deviations.toml"


@dataclass(frozen=True)
class Rule:
    """One `[[deviation.explains]]` of the entry `deviation`; `number` counts them within it."""

    deviation: str
    number: int
    recordings: tuple[str, ...]
    dialect: str | None
    recorded: re.Pattern[str]
    ours: str

    def __str__(self) -> str:
        return f"{self.deviation}-{self.number}"

    def names(self, recording: str, dialect: str) -> bool:
        """Whether the rule may be used on that recording."""
        return self.dialect in (None, dialect) and any(fnmatchcase(recording, name) for name in self.recordings)

    def apply(self, text: str) -> str:
        return self.recorded.sub(self.ours, text)


@dataclass(frozen=True)
class Unexplained:
    """Lines that were recorded and lines that came instead; `line` counts the recording's lines, after the rules."""

    line: int
    expected: tuple[str, ...]
    got: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"line {self.line}:", *(f"- {text}" for text in self.expected), *(f"+ {text}" for text in self.got)]
        return "\n".join(lines)


@dataclass(frozen=True)
class Explanation:
    """The rules that were needed, and the differences that are left (none: all is explained)."""

    rules: tuple[Rule, ...]
    unexplained: tuple[Unexplained, ...]

    def __str__(self) -> str:
        applied = f"with {', '.join(map(str, self.rules))}\n" if self.rules else ""
        return applied + "\n".join(map(str, self.unexplained))


def explain(
    recording: str, dialect: str, expected: Sequence[str], got: Sequence[str], rules: Iterable[Rule] | None = None
) -> Explanation:
    """Why `got` differs from the recorded lines `expected`.

    `rules` are those of compat/deviations.toml unless given. The fewest entries win, and among those the first in the
    file; when no choice of entries explains everything, the result tells what is left by the one that comes nearest.
    """
    if list(expected) == list(got):
        return Explanation((), ())
    recorded = "\n".join(expected)
    candidates: dict[str, list[Rule]] = {}
    for rule in load() if rules is None else rules:
        if rule.names(recording, dialect) and rule.recorded.search(recorded):
            candidates.setdefault(rule.deviation, []).append(rule)
    tried = [_attempt(recorded, got, [])]
    for chosen in _subsets(list(candidates.values())):
        attempt = _attempt(recorded, got, chosen)
        if not attempt.unexplained:
            return attempt
        tried.append(attempt)
    return min(tried, key=_remaining)


def rules_for(recordings: str) -> list[Rule]:
    """The rules of compat/deviations.toml that name a recording whose name begins with `recordings`."""
    return [rule for rule in load() if any(name.startswith(recordings) for name in rule.recordings)]


@cache
def load(path: Path = DEVIATIONS) -> tuple[Rule, ...]:
    """The rules of the file, in its order."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["deviation"]
    return tuple(rule for entry in entries for rule in parse(entry))


def parse(entry: dict[str, Any]) -> Iterator[Rule]:
    """The rules of one `[[deviation]]` table."""
    for number, item in enumerate(entry.get("explains", []), 1):
        names = item["recording"]
        yield Rule(
            entry["id"],
            number,
            (names,) if isinstance(names, str) else tuple(names),
            item.get("dialect"),
            re.compile(item["recorded"], re.MULTILINE),
            item["ours"],
        )


def _subsets(entries: list[list[Rule]]) -> Iterator[list[Rule]]:
    for size in range(1, len(entries) + 1):
        for chosen in combinations(entries, size):
            yield [rule for entry in chosen for rule in entry]


def _attempt(recorded: str, got: Sequence[str], rules: list[Rule]) -> Explanation:
    needed = []
    for rule in rules:
        changed = rule.apply(recorded)
        if changed != recorded:
            needed.append(rule)
            recorded = changed
    return Explanation(tuple(needed), tuple(_differences(recorded.split("\n"), list(got))))


def _differences(expected: list[str], got: list[str]) -> Iterator[Unexplained]:
    if expected == got:
        return
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, expected, got, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Unexplained(i1 + 1, tuple(expected[i1:i2]), tuple(got[j1:j2]))


def _remaining(attempt: Explanation) -> int:
    return sum(len(difference.expected) + len(difference.got) for difference in attempt.unexplained)
