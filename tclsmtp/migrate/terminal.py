"""Comparisons on a terminal: progress while they run, then a table, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from tclsmtp.migrate.model import Comparison, Run
from tclsmtp.migrate.wording import describe, summary

STYLES = {"same": "green", "explained": "cyan", "different": "bold red", "failed": "bold magenta"}


@contextmanager
def progress(total: int, console: Console) -> Iterator[Callable[[Comparison], None]]:
    """A bar that grows with each call of the answer; nothing where the console is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("comparing", total=total)

        def advance(comparison: Comparison) -> None:
            bar.update(task, advance=1, description=escape(printable(comparison.script)))

        yield advance


def show(comparisons: Sequence[Comparison], console: Console, *, stale: Sequence[str] = ()) -> None:
    """Print the table, what differs and is not explained, and the count."""
    console.print(_table(comparisons))
    for comparison in comparisons:
        if comparison.outcome in ("different", "failed"):
            console.print(Text(f"\n{printable(comparison.script)}", style="bold"))
            console.print(
                Text(printable(comparison.error), style=STYLES["failed"]), end="" if not comparison.error else "\n"
            )
            for difference in comparison.unexplained:
                for line in describe(difference):
                    console.print(Text(f"  {printable(line)}", style=_style(line)), soft_wrap=True)
    for entry in stale:
        console.print(Text(f"explains nothing any more: {printable(entry)}", style="yellow"))
    console.print(Text(summary(comparisons), style="bold"))


def printable(text: str) -> str:
    """The text as a terminal may show it: control characters of a script must not steer it."""
    return "".join(char if char.isprintable() else _visible(char) for char in text)


def _visible(char: str) -> str:
    return f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"


def _style(line: str) -> str:
    return {"-": "red", "+": "green"}.get(line.strip()[:1], "") if line.startswith("    ") else "bold"


def _table(comparisons: Sequence[Comparison]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("script", overflow="fold")
    table.add_column("outcome")
    table.add_column("mails", justify="right")
    table.add_column("tcllib", justify="right")
    table.add_column("tclsmtp", justify="right")
    table.add_column("differences", overflow="fold")
    for comparison in comparisons:
        table.add_row(
            Text(printable(comparison.script)),
            Text(comparison.outcome, style=STYLES[comparison.outcome]),
            _mails(comparison),
            _seconds(comparison.reference),
            _seconds(comparison.tclsmtp),
            Text(_differences(comparison)),
        )
    return table


def _mails(comparison: Comparison) -> str:
    sent = {len(run.messages) for run in (comparison.reference, comparison.tclsmtp) if run is not None}
    return "/".join(map(str, sorted(sent)))


def _seconds(run: Run | None) -> str:
    return f"{run.seconds:.2f} s" if run else ""


def _differences(comparison: Comparison) -> str:
    if comparison.error:
        return "could not be run"
    names = []
    for difference in comparison.differences:
        why = difference.explanation
        names.append(f"{difference.id} ({why.name})" if why else difference.id)
    return ", ".join(dict.fromkeys(map(printable, names)))
