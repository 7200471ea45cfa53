"""Compare tclsmtp with the tcllib of this machine on calls made up at random.

    python compat/fuzz/run.py                                  # as many calls as the tests make
    python compat/fuzz/run.py --seconds 600 --seed 7
    python compat/fuzz/run.py --calls 5000 --command parseaddress

Prints the smallest call of each command whose answers differ and that no deviation explains, and exits with 1 if there
is one. Paste it into tclsh, or tclsmtpsh, in the project's folder to see either answer.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import sys
import time
from collections.abc import Iterator

from compat.fuzz.commands import SUBJECTS, Subject
from compat.fuzz.compare import Comparison, Difference
from compat.fuzz.explanations import EXPLANATIONS
from compat.fuzz.sides import Answer

CALLS = 20_000
SEED = 1
ROUND = 140
"""Examples that Hypothesis draws at a time, for a subject with a share of 1."""


def fuzz(
    comparison: Comparison, subjects: list[Subject], seed: int, calls: int | None, seconds: float | None
) -> dict[str, Difference]:
    """Go round the subjects until that many calls are made, or that time is over; what was found, by subject.

    A subject in which something was found is not gone on with.
    """
    found: dict[str, Difference] = {}
    end = None if seconds is None else time.monotonic() + seconds
    for number in itertools.count():
        for subject in subjects:
            if end is not None and time.monotonic() >= end:
                return found
            if subject.name in found:
                continue
            difference = comparison.fuzz(subject, ROUND * subject.share, seed * 1_000_003 + number)
            if difference:
                found[subject.name] = difference
        if len(found) == len(subjects) or (calls is not None and comparison.tally.calls.total() >= calls):
            return found
    raise AssertionError


def tell(subject: str, difference: Difference) -> str:
    """A difference for a reader, the call as a line for tclsh."""
    helpers = "source compat/fuzz/helpers.tcl; " if _needs_helpers(difference.call) else "package require mime; "
    return "\n".join(
        [
            f"{subject}, dialect {difference.dialect}: tcllib (-) and tclsmtp (+) differ on",
            f"  {helpers}{difference.call}",
            *(f"  {line}" for line in _compared(difference.theirs, difference.ours)),
        ]
    )


def _compared(theirs: Answer, ours: Answer) -> Iterator[str]:
    before, after = ([f"code {answer.code}", *map(ascii, answer.result.split("\n"))] for answer in (theirs, ours))
    return itertools.islice(difflib.unified_diff(before, after, n=0, lineterm=""), 2, None)


def _needs_helpers(call: str) -> bool:
    return not call.startswith("mime::") or "callback" in call or "in_file" in call


def summary(comparison: Comparison, subjects: list[Subject], whole: bool) -> str:
    """What was compared; with `whole`, also which explanations were never needed."""
    tally = comparison.tally
    lines = [
        f"  {subject.name:16} {tally.calls[subject.name]:8} calls {tally.seconds[subject.name]:7.1f} s"
        for subject in subjects
    ]
    lines.append(f"  {'all':16} {tally.calls.total():8} calls {sum(tally.seconds.values()):7.1f} s")
    lines += [f"  explained by {name}: {count} answers" for name, count in sorted(tally.explained.items())]
    if whole:
        lines += [f"  never needed: {name}" for name in unneeded(comparison)]
    return "\n".join(lines)


def unneeded(comparison: Comparison) -> list[str]:
    """Explanations that no answer needed."""
    return sorted({each.deviation for each in EXPLANATIONS} - comparison.tally.explained.keys())


def main(arguments: list[str] | None = None) -> int:
    """Parse the arguments, compare, print; the exit status."""
    names = [subject.name for subject in SUBJECTS]
    parser = argparse.ArgumentParser(description="Compare tclsmtp with tcllib on calls made up at random.")
    how_long = parser.add_mutually_exclusive_group()
    how_long.add_argument("--calls", type=int, help=f"calls to make at least ({CALLS})")
    how_long.add_argument("--seconds", type=float, help="how long to go on")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed makes other calls (%(default)s)")
    parser.add_argument(
        "--command", action="append", choices=names, metavar="NAME", help=f"one of {', '.join(names)} (all)"
    )
    options = parser.parse_args(arguments)
    subjects = [subject for subject in SUBJECTS if not options.command or subject.name in options.command]
    calls = options.calls or (None if options.seconds else CALLS)
    with Comparison() as comparison:
        found = fuzz(comparison, subjects, options.seed, calls, options.seconds)
        print(summary(comparison, subjects, len(subjects) == len(SUBJECTS)))
    for name, difference in found.items():
        print(tell(name, difference))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
