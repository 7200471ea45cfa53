"""What changed between two texts, as pieces to be marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

MOST_WORDS = 4_000
"""Texts with more words are compared line by line: the time for words grows with the square of their number."""

MOST_LINES = 4_000
"""Texts with more lines are marked as a whole."""

MOST_CHARACTERS = 200_000
"""No more of a text is shown; what differs is told in any case."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(NamedTuple):
    """A piece of a text, and whether the other text has something else in its place."""

    text: str
    changed: bool


class Marked(NamedTuple):
    """Two texts in pieces, and whether they were cut to what can be shown."""

    reference: tuple[Piece, ...]
    tclsmtp: tuple[Piece, ...]
    cut: bool


class Row(NamedTuple):
    """Two lines side by side; None where one side has nothing."""

    reference: str | None
    tclsmtp: str | None

    @property
    def changed(self) -> bool:
        """Whether they differ."""
        return self.reference != self.tclsmtp


def mark(reference: str, tclsmtp: str) -> Marked:
    """Both texts, with the words marked that are not the same."""
    cut = max(len(reference), len(tclsmtp)) > MOST_CHARACTERS
    before, after = reference[:MOST_CHARACTERS], tclsmtp[:MOST_CHARACTERS]
    if before == after:
        return Marked(_whole(before, False), _whole(after, False), cut)
    first, second = _WORD.findall(before), _WORD.findall(after)
    if max(len(first), len(second)) > MOST_WORDS:
        first, second = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(first), len(second)) > MOST_LINES:
        return Marked(_whole(before, True), _whole(after, True), cut)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        left += _whole("".join(first[i1:i2]), tag != "equal")
        right += _whole("".join(second[j1:j2]), tag != "equal")
    return Marked(tuple(left), tuple(right), cut)


def align(reference: Sequence[str], tclsmtp: Sequence[str]) -> Iterator[Row]:
    """The lines of both sides, those that are the same beside each other."""
    if max(len(reference), len(tclsmtp)) > MOST_LINES:
        reference, tclsmtp = reference[:MOST_LINES], tclsmtp[:MOST_LINES]
    for _, i1, i2, j1, j2 in SequenceMatcher(None, reference, tclsmtp, autojunk=False).get_opcodes():
        for offset in range(max(i2 - i1, j2 - j1)):
            yield Row(
                reference[i1 + offset] if i1 + offset < i2 else None,
                tclsmtp[j1 + offset] if j1 + offset < j2 else None,
            )


def _whole(text: str, changed: bool) -> tuple[Piece, ...]:
    return (Piece(text, changed),) if text else ()
