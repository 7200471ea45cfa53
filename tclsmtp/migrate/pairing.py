"""Which message of one side is which of the other."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

MOST_COMPARED = 10_000
"""So many pairs are looked at closely; of more, those that are left are paired in their order."""

SKETCHED_LINES = 400
"""How many lines of a body tell it from others."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """What tells a message from another one: of the same key they are the same, `lines` are of their bodies."""

    originator: str
    recipients: frozenset[str]
    subject: str
    lines: frozenset[str]
    key: str

    def likeness(self, other: Sketch) -> float:
        """From 0, nothing in common, to 8, all of it."""
        return (
            3.0 * _shared(self.lines, other.lines)
            + 2.0 * (self.subject == other.subject)
            + 2.0 * _shared(self.recipients, other.recipients)
            + 1.0 * (self.originator == other.originator)
        )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Indices of messages: those that are each other's, in the reference's order, and those that are alone."""

    both: tuple[tuple[int, int], ...]
    only_reference: tuple[int, ...]
    only_ours: tuple[int, ...]

    @property
    def in_order(self) -> bool:
        """Whether the pairs follow each other on both sides."""
        ours = [second for _, second in self.both]
        return ours == sorted(ours)


def pair(reference: Sequence[Sketch], ours: Sequence[Sketch]) -> Pairs:
    """The same messages first, then the most alike, then what is left in its order: no more are alone than must be."""
    both = _same(reference, ours)
    left, right = _without(reference, {one for one, _ in both}), _without(ours, {other for _, other in both})
    if len(left) * len(right) <= MOST_COMPARED:
        both += _alike(reference, ours, left, right)
        left, right = _without(reference, {one for one, _ in both}), _without(ours, {other for _, other in both})
    both += zip(left, right, strict=False)
    matched = min(len(left), len(right))
    return Pairs(tuple(sorted(both)), tuple(left[matched:]), tuple(right[matched:]))


def _without(sketches: Sequence[Sketch], taken: set[int]) -> list[int]:
    return [index for index in range(len(sketches)) if index not in taken]


def _same(reference: Sequence[Sketch], ours: Sequence[Sketch]) -> list[tuple[int, int]]:
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for index, sketch in enumerate(ours):
        waiting[sketch.key].append(index)
    return [(index, waiting[sketch.key].popleft()) for index, sketch in enumerate(reference) if waiting.get(sketch.key)]


def _alike(
    reference: Sequence[Sketch], ours: Sequence[Sketch], left: list[int], right: list[int]
) -> list[tuple[int, int]]:
    scored = [(reference[one].likeness(ours[other]), one, other) for one in left for other in right]
    scored.sort(key=lambda found: (-found[0], abs(found[1] - found[2]), found[1]))
    pairs: list[tuple[int, int]] = []
    free_left, free_right = set(left), set(right)
    for likeness, one, other in scored:
        if likeness and one in free_left and other in free_right:
            pairs.append((one, other))
            free_left.remove(one)
            free_right.remove(other)
    return pairs


def _shared(first: frozenset[str], second: frozenset[str]) -> float:
    return len(first & second) / len(first | second) if first or second else 1.0
