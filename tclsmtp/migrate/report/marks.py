"""Two texts side by side, line by line, with the words that differ marked.

What this costs is bounded: finding which line or word is which takes time with the product of both counts, so that only
so many are looked at closely. Where that is not enough, less is marked, and the notes say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile, zip_longest

CONTEXT = 3
"""Equal lines that are shown before and behind what differs."""

BEGINNING = 30
"""Lines that are shown of two texts that are the same."""

MOST_ROWS = 400
"""Rows with a difference that are shown of two texts."""

LONGEST = 2000
"""Characters of a line that are shown at one piece."""

CLOSELY = 100_000
"""Pairs of lines, or of words, that are looked at in one go."""

PAGE = 400_000
"""Pairs that are looked at for a whole page."""

UNALIGNED = "Too much differs here to find which line became which: lines are paired in their order."
UNMARKED = "Some lines are too long for words: what is between their first and their last difference is marked."

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line, and whether it is one that differs."""

    text: str
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """Lines that are the same, with line breaks between them, in `equal`; or a line of each side, None where it has
    none; or how many equal lines are left out.
    """

    equal: str | None = None
    reference: tuple[Piece, ...] | None = None
    ours: tuple[Piece, ...] | None = None
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """Two texts. `notes` say what is not shown or not marked."""

    rows: tuple[Row, ...]
    same: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """So many lines of either side, from `first` to `first_end` and from `second` to `second_end`."""

    same: bool
    first: int
    first_end: int
    second: int
    second_end: int


class Work:
    """How much of what is shown on one page may still be looked at closely."""

    def __init__(self, pairs: int = PAGE) -> None:
        self._left = pairs

    def affords(self, first: int, second: int) -> bool:
        """Whether so many lines or words may be compared with so many; if so, it is taken off."""
        pairs = first * second
        if pairs > min(CLOSELY, self._left):
            return False
        self._left -= pairs
        return True


def compare(reference: str | None, ours: str | None, work: Work, *, whole: bool = False) -> Compared:
    """Both texts, None for one that is not there. A line break that ends them both makes no line of its own.

    Equal lines far from what differs are left out, unless it is to be the `whole` text.
    """
    if reference is not None and ours is not None and reference.endswith("\n") and ours.endswith("\n"):
        reference, ours = reference[:-1], ours[:-1]
    if reference is not None and reference == ours:
        return Compared(tuple(_equal(reference.split("\n"), True, True, whole)), True)
    first, second = [text.split("\n") if text is not None else [] for text in (reference, ours)]
    notes: list[str] = []
    rows: list[Row] = []
    for span in spans(first, second, work, notes):
        if span.same:
            rows += _equal(first[span.first : span.first_end], span.first == 0, span.first_end == len(first), whole)
        else:
            rows += _changed(first[span.first : span.first_end], second[span.second : span.second_end], work, notes)
    shown = [row for number, row in enumerate(rows) if number < MOST_ROWS]
    if len(rows) > len(shown):
        notes.append(f"{len(rows) - len(shown)} more rows are not shown.")
    return Compared(tuple(shown), reference == ours, tuple(dict.fromkeys(notes)))


def spans(first: Sequence[str], second: Sequence[str], work: Work, notes: list[str]) -> Iterator[Span]:
    """Which lines became which, in their order; a note is added where that is not found out."""
    before = _common(first, second)
    behind = min(_common(first[::-1], second[::-1]), len(first) - before, len(second) - before)
    end, other_end = len(first) - behind, len(second) - behind
    if before:
        yield Span(True, 0, before, 0, before)
    inner, other = first[before:end], second[before:other_end]
    if inner and other and work.affords(len(inner), len(other)):
        for tag, one, one_end, two, two_end in SequenceMatcher(None, inner, other, autojunk=False).get_opcodes():
            yield Span(tag == "equal", before + one, before + one_end, before + two, before + two_end)
    elif inner or other:
        if inner and other:
            notes.append(UNALIGNED)
        yield Span(False, before, end, before, other_end)
    if behind:
        yield Span(True, end, len(first), other_end, len(second))


def mark(reference: str, ours: str, work: Work, notes: list[str]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Two lines that differ, in pieces; a note is added where words are not told apart."""
    first, second = _words(reference), _words(ours)
    if work.affords(len(first), len(second)):
        matcher = SequenceMatcher(None, first, second, autojunk=False)
        left: list[Piece] = []
        right: list[Piece] = []
        for tag, one, one_end, two, two_end in matcher.get_opcodes():
            left.append(Piece("".join(first[one:one_end]), tag != "equal"))
            right.append(Piece("".join(second[two:two_end]), tag != "equal"))
        return _tidy(left), _tidy(right)
    notes.append(UNMARKED)
    before = _common(reference, ours)
    behind = min(_common(reference[::-1], ours[::-1]), len(reference) - before, len(ours) - before)
    one_side, other_side = (
        [Piece(line[:before]), Piece(line[before : len(line) - behind], True), Piece(line[len(line) - behind :])]
        for line in (reference, ours)
    )
    return _tidy(one_side), _tidy(other_side)


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _words(line: str) -> list[str]:
    return _WORD.findall(line)


def _equal(lines: Sequence[str], begins: bool, ends: bool, whole: bool) -> Iterator[Row]:
    """Equal lines next to what differs, but where the texts begin or end with them."""
    head = BEGINNING if begins and ends else 0 if begins else CONTEXT
    tail = 0 if ends else CONTEXT
    if whole or len(lines) <= head + tail + 1:
        yield Row(equal=_shortened("\n".join(lines), LONGEST * 4))
        return
    if head:
        yield Row(equal=_shortened("\n".join(lines[:head]), LONGEST * 4))
    yield Row(left_out=len(lines) - head - tail)
    if tail:
        yield Row(equal=_shortened("\n".join(lines[-tail:]), LONGEST * 4))


def _changed(first: Sequence[str], second: Sequence[str], work: Work, notes: list[str]) -> Iterator[Row]:
    for number, (reference, ours) in enumerate(zip_longest(first, second)):
        if number >= MOST_ROWS:
            # Only counted; compare() says how many are left out.
            yield Row()
        elif reference is None or ours is None:
            yield Row(reference=_whole(reference), ours=_whole(ours))
        elif reference == ours:
            yield Row(equal=_shortened(reference, LONGEST))
        else:
            marked = mark(reference, ours, work, notes)
            yield Row(reference=marked[0], ours=marked[1])


def _whole(line: str | None) -> tuple[Piece, ...] | None:
    return None if line is None else _tidy([Piece(line, True)])


def _tidy(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """No empty pieces, and none too long to be shown."""
    return tuple(Piece(_shortened(piece.text, LONGEST), piece.changed) for piece in pieces if piece.text)


def _shortened(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} [... {len(text) - 2 * half} characters ...] {text[-half:]}"
