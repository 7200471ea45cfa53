"""A run as a report reads it: its messages parsed, its texts without what no two runs have in common.

Messages are paired as the differences pair them, so that a difference of message 2 stands with that message.
"""

from __future__ import annotations

from hashlib import sha256

from tclsmtp.migrate.differences import surroundings
from tclsmtp.migrate.messages import Entity, read
from tclsmtp.migrate.model import Delivery, Run
from tclsmtp.migrate.normal import normal_text
from tclsmtp.migrate.pairing import SKETCHED_LINES, Pairs, Sketch, pair
from tclsmtp.migrate.showing import LIMIT, octets


class Side:
    """A run with its messages, each of them read once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.messages = tuple(read(delivery.content) for delivery in run.captured.deliveries)
        self._around = surroundings(run)

    def normal(self, text: str) -> str:
        """The text with words like DATE for the moments and ids of the run."""
        return normal_text(text, self._around)


def paired(reference: Side, ours: Side) -> Pairs:
    """Which message of one side is which of the other."""
    if len(reference.messages) == len(ours.messages) == 1:
        return Pairs(((0, 0),), (), ())
    return pair(_sketches(reference), _sketches(ours))


def _sketches(side: Side) -> list[Sketch]:
    return [
        _sketch(side, delivery, message)
        for delivery, message in zip(side.run.captured.deliveries, side.messages, strict=True)
    ]


def _sketch(side: Side, delivery: Delivery, message: Entity) -> Sketch:
    bodies = [_sketched(side, entity) for entity in message.walk()]
    subject = "\n".join(message.values("Subject"))
    lines = frozenset(line for body in bodies for line in body.split("\n", SKETCHED_LINES)[:SKETCHED_LINES])
    originator = side.normal(delivery.originator)
    told = [originator, "\n".join(sorted(delivery.recipients)), subject, *bodies]
    key = sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()
    return Sketch(originator, frozenset(delivery.recipients), subject, lines, key)


def _sketched(side: Side, entity: Entity) -> str:
    if entity.text is None:
        return octets(entity.body)
    return f"{side.normal(entity.text[:LIMIT])}\n{len(entity.text) if len(entity.text) > LIMIT else ''}"
