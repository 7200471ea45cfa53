"""Which message of one side is which of the other."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tclsmtp.migrate.messages import Entity
from tclsmtp.migrate.model import Delivery
from tclsmtp.migrate.showing import LIMIT, octets

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


def sketch(delivery: Delivery, message: Entity, normal: Callable[[str], str]) -> Sketch:
    """That of a message that was read; `normal` puts words into a text for what no two runs have in common."""
    bodies = [_sketched(entity, normal) for entity in message.walk()]
    subject = "\n".join(message.values("Subject"))
    lines = frozenset(line for body in bodies for line in body.split("\n", SKETCHED_LINES)[:SKETCHED_LINES])
    originator = normal(delivery.originator)
    told = [originator, "\n".join(sorted(delivery.recipients)), subject, *bodies]
    key = sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()
    return Sketch(originator, frozenset(delivery.recipients), subject, lines, key)


def _sketched(entity: Entity, normal: Callable[[str], str]) -> str:
    if entity.text is None:
        return octets(entity.body)
    return f"{normal(entity.text[:LIMIT])}\n{len(entity.text) if len(entity.text) > LIMIT else ''}"


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
