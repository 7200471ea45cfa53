"""What the pages of a report show, as plain data for the templates: a comparison as a page, and as a line of the index.

Everything is text as it came from scripts and servers; the templates escape it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest

from tclsmtp.migrate.dialogues import shape
from tclsmtp.migrate.machine_output import failure
from tclsmtp.migrate.model import Captured, Comparison, Dialogue, Difference, Explanation, Line, Run
from tclsmtp.migrate.normal import without_library_frames
from tclsmtp.migrate.report.marks import Compared, Piece, Work, compare, mark, spans
from tclsmtp.migrate.report.message_view import MessageView, view_message
from tclsmtp.migrate.report.pairs import Side, paired
from tclsmtp.migrate.terminal import escape

MOST_TEXT = 1 << 20
"""Octets of stdout, or of stderr, that are looked at."""

MOST_LINES = 400
"""Lines of a dialogue that are shown."""

LONGEST_NAME = 1000
"""Characters of a script's name that are shown."""

MOST_CONNECTIONS = 50
MOST_MESSAGES = 50
"""Connections and messages that are shown of a script."""


@dataclass(frozen=True, slots=True)
class SideView:
    """A side's run in a few words."""

    title: str
    shell: str
    dialect: str
    exit_code: str
    begun: str
    seconds: str
    messages: int
    connections: int
    error: str


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A difference: its id, which message it is of ("" for none), and both texts."""

    id: str
    where: str
    text: Compared


@dataclass(frozen=True, slots=True)
class ExplainedView:
    """Differences for which the same holds, and what that is."""

    explanation: Explanation
    differences: tuple[DifferenceView, ...]


@dataclass(frozen=True, slots=True)
class DialogueRow:
    """A line of either dialogue, None where it has none, in pieces, with when it was said."""

    speaker: str
    same: bool
    reference: tuple[Piece, ...] | None
    ours: tuple[Piece, ...] | None
    reference_at: str
    ours_at: str


@dataclass(frozen=True, slots=True)
class DialogueView:
    """A connection; what there is to be said of its TLS and AUTH is in `reference` and `ours`. `same_steps` says that
    what is not the same in it is no difference.
    """

    title: str
    same: bool
    same_steps: bool
    reference: str
    ours: str
    rows: tuple[DialogueRow, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutputView:
    """What both sides wrote to a stream."""

    title: str
    empty: bool
    text: Compared


@dataclass(frozen=True, slots=True)
class Page:
    """All that there is to be shown of a script."""

    name: str
    outcome: str
    error: str
    sides: tuple[SideView, ...]
    unexplained: tuple[DifferenceView, ...]
    explained: tuple[ExplainedView, ...]
    outputs: tuple[OutputView, ...] = ()
    dialogues: tuple[DialogueView, ...] = ()
    messages: tuple[MessageView, ...] = ()
    notes: tuple[str, ...] = ()


def view(comparison: Comparison) -> Page:
    """The page of a script."""
    work = Work()
    given = (("Reference", comparison.reference), ("tclsmtp", comparison.ours))
    sides = tuple(_side(title, run) for title, run in given if run)
    unexplained: list[DifferenceView] = []
    explained: dict[Explanation, list[DifferenceView]] = {}
    for difference in comparison.differences:
        found = explained.setdefault(difference.explanation, []) if difference.explanation else unexplained
        found.append(_difference(difference, work))
    page = Page(
        escape(comparison.name, LONGEST_NAME),
        comparison.outcome.value,
        failure(comparison),
        sides,
        tuple(unexplained),
        tuple(ExplainedView(explanation, tuple(found)) for explanation, found in explained.items()),
    )
    if comparison.reference is None and comparison.ours is None:
        return page
    return _with_runs(page, Side(comparison.reference or _nothing()), Side(comparison.ours or _nothing()), work)


def moment(seconds: float) -> str:
    """A moment in seconds since the epoch as ISO 8601 in UTC; "" for one that no calendar has."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (ValueError, OverflowError, OSError):
        return ""


def _with_runs(page: Page, reference: Side, ours: Side, work: Work) -> Page:
    notes: list[str] = []
    dialogues = list(zip_longest(reference.run.captured.dialogues, ours.run.captured.dialogues))
    pairs = paired(reference, ours)
    messages: list[tuple[int | None, int | None]] = [*pairs.both]
    messages += [(one, None) for one in pairs.only_reference]
    messages += [(None, other) for other in pairs.only_ours]
    for name, found, most in (("connections", dialogues, MOST_CONNECTIONS), ("messages", messages, MOST_MESSAGES)):
        if len(found) > most:
            notes.append(f"Of {len(found)} {name} the first {most} are shown.")
    return replace(
        page,
        outputs=tuple(_outputs(reference, ours, work)),
        dialogues=tuple(
            _dialogue(number, one, other, reference, ours, work)
            for number, (one, other) in enumerate(dialogues[:MOST_CONNECTIONS], 1)
        ),
        messages=tuple(view_message(reference, one, ours, other, work) for one, other in messages[:MOST_MESSAGES]),
        notes=tuple(notes),
    )


def _nothing() -> Run:
    return Run("", "", 0, b"", b"", 0.0, 0.0, Captured())


def _side(title: str, run: Run) -> SideView:
    return SideView(
        title,
        run.shell,
        run.dialect,
        f"signal {-run.exit_code}" if run.exit_code < 0 else str(run.exit_code),
        moment(run.begun) if run.begun else "recorded",
        f"{run.seconds:.3f} s" if run.begun else "",
        len(run.captured.deliveries),
        len(run.captured.dialogues),
        run.error,
    )


def _difference(difference: Difference, work: Work) -> DifferenceView:
    where = "" if difference.message < 0 else f"message {difference.message + 1}"
    text = compare(difference.reference, difference.ours, work)
    return DifferenceView(difference.id, where, text)


def _outputs(reference: Side, ours: Side, work: Work) -> Iterator[OutputView]:
    streams = (
        ("stdout", reference.run.stdout, ours.run.stdout),
        ("stderr", reference.run.stderr, ours.run.stderr),
    )
    for title, one, other in streams:
        shown = ((reference, one), (ours, other))
        texts = [_text(side, octets[:MOST_TEXT]) if octets else None for side, octets in shown]
        made = compare(texts[0], texts[1], work)
        if max(len(one), len(other)) > MOST_TEXT:
            note = f"Of {len(one)} and {len(other)} octets the first {MOST_TEXT} are looked at."
            made = Compared(made.rows, one == other, (note, *made.notes))
        yield OutputView(title, not one and not other, made)


def _text(side: Side, octets: bytes) -> str:
    """Output as the differences look at it."""
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        text = octets.decode("latin-1")
    return side.normal(without_library_frames(text))


def _dialogue(
    number: int, one: Dialogue | None, other: Dialogue | None, reference: Side, ours: Side, work: Work
) -> DialogueView:
    notes: list[str] = []
    first, second = _lines(one, notes), _lines(other, notes)
    rows = tuple(_dialogue_rows(first, second, (_said(first, reference), _said(second, ours)), work, notes))
    return DialogueView(
        f"Connection {number}",
        all(row.same for row in rows) and _rest(one) == _rest(other),
        one is not None and other is not None and shape(one) == shape(other),
        _secured(one),
        _secured(other),
        rows,
        tuple(dict.fromkeys(notes)),
    )


def _lines(dialogue: Dialogue | None, notes: list[str]) -> tuple[Line, ...]:
    lines = dialogue.lines if dialogue else ()
    if len(lines) > MOST_LINES:
        notes.append(f"Of {len(lines)} lines the first {MOST_LINES} are shown.")
    return lines[:MOST_LINES]


def _rest(dialogue: Dialogue | None) -> list[str]:
    """What is said in the lines that are not shown."""
    return [line.text for line in dialogue.lines[MOST_LINES:]] if dialogue else []


def _said(lines: Sequence[Line], side: Side) -> list[str]:
    return [f"{line.speaker} {side.normal(line.text)}" for line in lines]


def _secured(dialogue: Dialogue | None) -> str:
    if dialogue is None:
        return "no such connection"
    return ", ".join(word for word in (dialogue.tls, dialogue.mechanism and f"AUTH {dialogue.mechanism}") if word)


def _dialogue_rows(
    first: Sequence[Line], second: Sequence[Line], said: tuple[list[str], list[str]], work: Work, notes: list[str]
) -> Iterator[DialogueRow]:
    for one, other in _lines_paired(*said, work, notes):
        at = (_at(first, one), _at(second, other))
        left = None if one is None else said[0][one]
        right = None if other is None else said[1][other]
        if left is None or right is None:
            alone = [None if text is None else (Piece(text[2:], True),) for text in (left, right)]
            yield DialogueRow((left or right or "")[0], False, alone[0], alone[1], *at)
        elif left == right:
            yield DialogueRow(left[0], True, (Piece(left[2:]),), (Piece(right[2:]),), *at)
        else:
            yield DialogueRow(left[0], False, *mark(left[2:], right[2:], work, notes), *at)


def _lines_paired(
    first: Sequence[str], second: Sequence[str], work: Work, notes: list[str]
) -> Iterator[tuple[int | None, int | None]]:
    """Indices of lines: the same ones, among the others those of the same command or code, and those alone."""
    for span in spans(first, second, work, notes):
        if span.same:
            yield from zip(range(span.first, span.first_end), range(span.second, span.second_end), strict=True)
            continue
        kinds = (
            [_kind(line) for line in first[span.first : span.first_end]],
            [_kind(line) for line in second[span.second : span.second_end]],
        )
        for inner in spans(*kinds, work, notes):
            one = range(span.first + inner.first, span.first + inner.first_end)
            other = range(span.second + inner.second, span.second + inner.second_end)
            if inner.same:
                yield from zip(one, other, strict=True)
            else:
                yield from ((index, None) for index in one)
                yield from ((None, index) for index in other)


def _kind(line: str) -> str:
    return " ".join(line.split(maxsplit=2)[:2])


def _at(lines: Sequence[Line], index: int | None) -> str:
    """When a line was said; "" where that is not known, as of a recording."""
    return f"{lines[index].at:.3f} s" if index is not None and any(line.at for line in lines) else ""
