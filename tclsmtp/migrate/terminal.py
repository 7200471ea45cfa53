"""Comparisons for people: a table and a progress bar on a terminal, plain lines elsewhere.

What scripts and servers said is shown with its control characters escaped, so that it cannot steer a terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.machine_output import count, failure
from tclsmtp.migrate.model import Comparison, Difference, Explanation, Outcome

LONGEST = 300
"""Characters of a value that are shown."""

STYLES = {Outcome.SAME: "green", Outcome.EXPLAINED: "cyan", Outcome.DIFFERS: "bold red", Outcome.FAILED: "bold magenta"}


def escape(text: str, longest: int = LONGEST) -> str:
    r"""The text on one line: what cannot be printed as `\n`, `\x1b` or `\u202e`, and `...` where it is cut off."""
    cut = text[:longest]
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return shown + ("..." if len(text) > longest else "")


def summary(comparisons: Sequence[Comparison]) -> str:
    """One line: how many of each outcome, and between which shells."""
    total = len(comparisons)
    numbers = ", ".join(f"{number} {outcome}" for outcome, number in count(comparisons).items() if number)
    shells = dict.fromkeys(
        f" ({escape(made.reference.shell)} / {escape(made.ours.shell)}, dialect {escape(made.ours.dialect)})"
        for made in comparisons
        if made.reference and made.ours
    )
    return f"{total} script{'' if total == 1 else 's'}: {numbers}{next(iter(shells)) if len(shells) == 1 else ''}"


def show(comparisons: Sequence[Comparison], *, quiet: bool, file: TextIO | None = None) -> None:
    """Print what each comparison came to, what differs, and the summary; `quiet` leaves out what needs no attention.

    Raises MigrateError where `file` (standard output, if None) is a terminal and rich is not installed.
    """
    out = file or sys.stdout
    shown = [made for made in comparisons if not quiet or made.outcome in (Outcome.DIFFERS, Outcome.FAILED)]
    if out.isatty():
        _show_table(shown, out)
    else:
        for comparison in shown:
            print(*lines(comparison), sep="\n", file=out)
    print(summary(comparisons), file=out)


def lines(comparison: Comparison) -> Iterator[str]:
    """A comparison as plain lines: its outcome, each difference with both values, and what is explained by what."""
    yield f"{comparison.outcome:<10} {escape(comparison.name)}: {escape(note(comparison))}"
    for difference in comparison.differences:
        if not difference.explanation:
            yield f"    {_title(difference)}"
            yield f"        reference: {escape(difference.reference)}"
            yield f"        tclsmtp:   {escape(difference.ours)}"
    yield from (f"    {line}" for line in explained(comparison))


def explained(comparison: Comparison) -> Iterator[str]:
    """A line for each explanation: how many differences it is for, and of what. What exactly differed is in reports."""
    found: dict[Explanation, list[str]] = {}
    for difference in comparison.differences:
        if difference.explanation:
            found.setdefault(difference.explanation, []).append(difference.id)
    for explanation, names in found.items():
        number = f"{len(names)} difference{'' if len(names) == 1 else 's'} ({', '.join(dict.fromkeys(names))})"
        yield escape(f"{number} explained by {explanation.id}: {explanation.text}", 2 * LONGEST)


def note(comparison: Comparison) -> str:
    """Why it failed; else what the script did under the reference, as two that do nothing are the same too."""
    run = comparison.reference
    if comparison.outcome is Outcome.FAILED or run is None:
        return failure(comparison)
    number = len(run.captured.deliveries)
    status = f", exit status {run.exit_code}" if run.exit_code else ""
    return f"{number or 'no'} message{'' if number == 1 else 's'}{status}"


def _title(difference: Difference) -> str:
    return escape(difference.id) + ("" if difference.message < 0 else f" of message {difference.message + 1}")


def _show_table(comparisons: Sequence[Comparison], out: TextIO) -> None:
    try:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ModuleNotFoundError as error:
        raise MigrateError("a terminal needs rich: pip install 'tclsmtp[migrate]'") from error
    table = Table("outcome", "script", "what differs", "reference", "tclsmtp")
    for made in comparisons:
        # Text, as rich reads markup in a str.
        first = (Text(made.outcome, STYLES[made.outcome]), Text(escape(made.name)))
        rows = [_cells(difference) for difference in made.differences if not difference.explanation]
        rows += [(line, "", "") for line in explained(made)]
        if made.outcome is Outcome.FAILED or not rows:
            rows.insert(0, (escape(note(made)), "", ""))
        for number, row in enumerate(rows):
            last = number == len(rows) - 1
            table.add_row(*(("", "") if number else first), *map(Text, row), end_section=last)
    if comparisons:
        Console(file=out).print(table)


def _cells(difference: Difference) -> tuple[str, str, str]:
    return _title(difference), escape(difference.reference), escape(difference.ours)


@contextmanager
def progress(total: int, *, quiet: bool, file: TextIO | None = None) -> Iterator[Callable[[str], None]]:
    """A progress bar on a terminal, nothing elsewhere; the function it gives takes the name of what is done.

    Raises MigrateError where `file` (standard error, if None) is a terminal and rich is not installed.
    """
    out = file or sys.stderr
    if quiet or not out.isatty():
        yield lambda name: None
        return
    try:
        from rich.console import Console
        from rich.progress import Progress
    except ModuleNotFoundError as error:
        raise MigrateError("a terminal needs rich: pip install 'tclsmtp[migrate]'") from error
    with Progress(console=Console(file=out), transient=True) as bar:
        task = bar.add_task("running", total=total)

        def done(name: str) -> None:
            # A bracket would begin rich's markup.
            bar.update(task, advance=1, description=escape(name, 40).replace("[", r"\["))

        yield done
