"""Why a difference is one that was to be: tclsmtp's own deviations from tcllib, and what the user accepts.

In compat/deviations.toml an entry has a table for each kind of difference that it causes:

    [[deviation.differs]]
    id = "header.Content-Transfer-Encoding"   # a difference's id, with the wildcards of fnmatch
    reference = '\\A(.+)\\n\\1\\Z'                # a regular expression, and
    reference_as = '\\1'                       # what the reference's text reads where it is found
    why = "..."                               # in place of the entry's own words

`ours` and `ours_as` do the same with the other side, and both patterns must be found; or `rewrite` names a function of
rewrites.py. The table explains a difference if both sides then read the same, to the letter, so that a defect beside a
deviation stays a difference; tables of several entries may have to come together. With `beside = "stderr"` it holds
only where a difference of that id, of the same message, is explained by the same entry; there need be nothing to
rewrite then: the exit code, say, differs because the error does. With `alone = true` it does not come together with
any other.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from itertools import combinations
from pathlib import Path
from threading import Lock
from typing import Any

import tclsmtp
from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Difference, Explanation
from tclsmtp.migrate.rewrites import REWRITES, Rewrite
from tclsmtp.migrate.showing import is_cut

MOST_TOGETHER = 3
"""Of so many entries at most a difference may be the sum."""

REQUIRED = ("id", "why")
PATTERNS = ("reference", "ours")
KEYS = (*REQUIRED, "script", *PATTERNS)


@dataclass(frozen=True, slots=True)
class Rule:
    """One `[[deviation.differs]]`. `beside` is the id of the difference that it needs to come with, or ""; without a
    rewrite that is enough. `alone` is for one that says nothing once another has rewritten a text.
    """

    id: str
    rewrite: Rewrite | None
    beside: str
    alone: bool
    explanation: Explanation

    def names(self, difference: Difference) -> bool:
        """Whether it is for differences of that id."""
        return fnmatchcase(difference.id, self.id)

    def goes_with(self, difference: Difference, other: Difference) -> bool:
        """Whether the other one, of the same message, is explained by the same deviation."""
        return (
            other.explanation is not None
            and self.explanation.id in other.explanation.id.split(" + ")
            and fnmatchcase(other.id, self.beside)
            and other.message == difference.message
        )


@dataclass(frozen=True, slots=True)
class Accepted:
    """One `[[accept]]` of a user's file; the patterns are searched in the texts as they are shown."""

    id: str
    script: str
    reference: re.Pattern[str]
    ours: re.Pattern[str]
    explanation: Explanation

    def matches(self, script: str, difference: Difference) -> bool:
        """Whether the user accepts that difference of that script."""
        return (
            fnmatchcase(difference.id, self.id)
            and fnmatchcase(script, self.script)
            and self.reference.search(difference.reference) is not None
            and self.ours.search(difference.ours) is not None
        )


class Explanations:
    """Explains differences, in any thread, and keeps which of the user's entries were of use."""

    def __init__(self, rules: Sequence[Rule], accepted: Sequence[Accepted]) -> None:
        self._rules = tuple(rules)
        self._accepted = tuple(accepted)
        self._used: set[int] = set()
        self._lock = Lock()

    @classmethod
    def load(cls, deviations: Path | None = None, accept: Sequence[Path] = ()) -> Explanations:
        """Read the deviations, tclsmtp's own unless another file is named, and the user's files.

        Raises MigrateError, which says where in which file something is wrong.
        """
        path = deviations or _own_deviations()
        rules = tuple(_rules(path)) if path else ()
        return cls(rules, tuple(entry for file in accept for entry in _accepted(file)))

    def explain(self, script_name: str, differences: Iterable[Difference]) -> tuple[Difference, ...]:
        """The differences of a script, each with its explanation if there is one.

        A deviation explains before the user does, whose entry counts as used all the same.
        """
        found: list[Difference] = list(differences)
        accepted = [self._accepts(script_name, difference) for difference in found]
        # Twice, for some go with others that are explained.
        for _ in range(2):
            found = [one if one.explanation else replace(one, explanation=self._deviation(one, found)) for one in found]
        return tuple(
            one if one.explanation else replace(one, explanation=accept)
            for one, accept in zip(found, accepted, strict=True)
        )

    def stale(self) -> tuple[str, ...]:
        """The user's entries that have matched nothing so far: file, number and id."""
        with self._lock:
            return tuple(
                f"{entry.explanation.source}: {entry.explanation.id} ({entry.id})"
                for number, entry in enumerate(self._accepted)
                if number not in self._used
            )

    def _accepts(self, script: str, difference: Difference) -> Explanation | None:
        found = [number for number, entry in enumerate(self._accepted) if entry.matches(script, difference)]
        with self._lock:
            self._used.update(found)
        return self._accepted[found[0]].explanation if found else None

    def _deviation(self, difference: Difference, others: Sequence[Difference]) -> Explanation | None:
        """The fewest deviations that explain it, `others` being what is explained beside it already."""
        if is_cut(difference.reference) or is_cut(difference.ours):
            return None
        known: dict[str, list[Rule]] = {}
        for rule in self._rules:
            if rule.names(difference) and (not rule.beside or any(rule.goes_with(difference, one) for one in others)):
                known.setdefault(rule.explanation.id, []).append(rule)
        for count in range(1, MOST_TOGETHER + 1):
            for chosen in combinations(known.values(), count):
                used = _needed(difference, [rule for rules in chosen for rule in rules])
                if used:
                    return _together([rule.explanation for rule in used])
        return None


def _needed(difference: Difference, rules: Sequence[Rule]) -> list[Rule]:
    """The rules that make both sides the same, or none where they do not."""
    reference, ours = difference.reference, difference.ours
    used: list[Rule] = []
    # Twice, for what one rule makes of a text may be what one before it rewrites.
    for rule in (*rules, *rules):
        if rule.rewrite is None:
            return [rule]
        if rule.alone and used:
            continue
        rewritten = rule.rewrite(reference, ours)
        if rewritten != (reference, ours):
            used.append(rule)
            reference, ours = rewritten
            if rule.alone and reference != ours:
                return []
        if reference == ours:
            return used
    return []


def _together(explanations: Sequence[Explanation]) -> Explanation:
    ids = dict.fromkeys(explanation.id for explanation in explanations)
    texts = dict.fromkeys(explanation.text for explanation in explanations)
    return Explanation(" + ".join(ids), "; ".join(texts), explanations[0].source)


def _own_deviations() -> Path | None:
    """The list of an installed package, or of a checkout."""
    package = Path(tclsmtp.__file__).parent
    places = (package / "migrate" / "deviations.toml", package.parent / "compat" / "deviations.toml")
    return next((place for place in places if place.is_file()), None)


def _rules(path: Path) -> Iterator[Rule]:
    for number, entry in enumerate(_tables(path, "deviation", _read(path)), 1):
        name = _string(path, f"deviation {number}", entry, "id")
        own = f"tcllib: {entry.get('tcllib', '')}; here: {entry.get('here', '')}"
        for count, table in enumerate(_tables(path, "differs", entry), 1):
            where = f"{name}: differs {count}"
            text = _string(path, where, table, "why", own)
            beside = _string(path, where, table, "beside", "")
            rewrite = _rewrite(path, where, table)
            if not (rewrite or beside):
                raise MigrateError(f"{path}: {where}: expected rewrite, reference_as, ours_as or beside")
            alone = table.get("alone") is True
            yield Rule(_string(path, where, table, "id"), rewrite, beside, alone, Explanation(name, text, path.name))


def _rewrite(path: Path, where: str, table: Mapping[str, Any]) -> Rewrite | None:
    name = _string(path, where, table, "rewrite", "")
    if name:
        if name not in REWRITES:
            raise MigrateError(f"{path}: {where}: rewrite: {name!r} is none of {', '.join(REWRITES)}")
        return REWRITES[name]
    changes = [(_pattern(path, where, table, side), _string(path, where, table, f"{side}_as", "")) for side in PATTERNS]
    if not any(f"{side}_as" in table for side in PATTERNS):
        return None

    def rewrite(reference: str, ours: str) -> tuple[str, str]:
        (first, first_as), (second, second_as) = changes
        if not (first.search(reference) and second.search(ours)):
            return reference, ours
        return (
            first.sub(first_as, reference) if "reference_as" in table else reference,
            second.sub(second_as, ours) if "ours_as" in table else ours,
        )

    return rewrite


def _accepted(path: Path) -> Iterator[Accepted]:
    given = _read(path)
    _check_keys(path, "", given, ("accept",))
    for number, entry in enumerate(_tables(path, "accept", given), 1):
        where = f"accept {number}"
        _check_keys(path, where, entry, KEYS)
        explanation = Explanation(where, _string(path, where, entry, "why"), str(path))
        reference, ours = (_pattern(path, where, entry, side) for side in PATTERNS)
        yield Accepted(
            _string(path, where, entry, "id"),
            _string(path, where, entry, "script", "*"),
            reference,
            ours,
            explanation,
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MigrateError(f"{path}: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MigrateError(f"{path}: {error}") from error


def _check_keys(path: Path, where: str, table: Mapping[str, Any], known: Sequence[str]) -> None:
    for key in table:
        if key not in known:
            place = f"{path}: {where}" if where else f"{path}"
            raise MigrateError(f"{place}: unknown key {key!r}; expected {', '.join(known)}")


def _tables(path: Path, key: str, table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = table.get(key, [])
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise MigrateError(f"{path}: {key}: expected tables: [[{key}]]")
    return found


def _string(path: Path, where: str, table: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if value is None:
        raise MigrateError(f"{path}: {where}: {key} is missing")
    if not isinstance(value, str):
        raise MigrateError(f"{path}: {where}: {key}: expected text")
    if not value and default is None:
        raise MigrateError(f"{path}: {where}: {key} is empty")
    return value


def _pattern(path: Path, where: str, table: Mapping[str, Any], key: str) -> re.Pattern[str]:
    try:
        return re.compile(_string(path, where, table, key, ""), re.MULTILINE)
    except re.error as error:
        raise MigrateError(f"{path}: {where}: {key}: {error}") from error
