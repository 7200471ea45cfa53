"""What a comparison came to, in words: for the terminal, for test reports and for failure messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import unified_diff

from tclsmtp.migrate.model import Comparison, Difference

MOST_LINES = 40
"""How many lines of a difference are shown; a report shows all."""

OUTCOMES = ("same", "explained", "different", "failed")

HAPPENS_TWICE = (
    "Each script runs twice, in a copy of its folder: mail goes nowhere, but what else it does (programs it starts, "
    "files outside its folder, databases, other servers) really happens, and happens twice."
)

_PLACES = {"header": "message", "body": "message", "envelope": "message", "structure": "message"} | {
    "dialogue": "connection",
    "result": "call",
}


def exit_status(comparisons: Iterable[Comparison]) -> int:
    """0 where all are the same or explained, 1 where some differ, 2 where some could not be run."""
    outcomes = {comparison.outcome for comparison in comparisons}
    return 2 if "failed" in outcomes else 1 if "different" in outcomes else 0


def count(comparisons: Iterable[Comparison]) -> dict[str, int]:
    """How many came to each outcome, of all there are."""
    found = Counter(comparison.outcome for comparison in comparisons)
    return {outcome: found[outcome] for outcome in OUTCOMES}


def summary(comparisons: Iterable[Comparison]) -> str:
    """One line: "12 scripts: 10 same, 1 explained, 1 different"."""
    counts = count(comparisons)
    total = sum(counts.values())
    parts = [f"{number} {outcome}" for outcome, number in counts.items() if number]
    return f"{total} script{'' if total == 1 else 's'}: {', '.join(parts) or 'none'}"


def title(difference: Difference) -> str:
    """Which difference it is: "header.Subject of message 2"."""
    if not difference.place:
        return difference.id
    return f"{difference.id} of {_PLACES.get(difference.id.split('.')[0], 'message')} {difference.place}"


def describe(difference: Difference, most_lines: int = MOST_LINES) -> Iterator[str]:
    """The lines that tell what differs: what the reference has with `-` in front, what tclsmtp has with `+`."""
    yield title(difference)
    before, after = difference.reference.splitlines(), difference.tclsmtp.splitlines()
    # The first three lines of a unified diff name files and line numbers.
    lines = [line for line in unified_diff(before, after, lineterm="", n=2) if line[:3] not in ("---", "+++", "@@ ")]
    yield from (f"    {line}" for line in lines[:most_lines])
    if len(lines) > most_lines:
        yield f"    ... and {len(lines) - most_lines} lines more"


def explain(comparison: Comparison) -> str:
    """All that is to be said of a script that differs or could not be run; "" for one that does not."""
    if comparison.error:
        return comparison.error
    return "\n".join(line for difference in comparison.unexplained for line in describe(difference))
