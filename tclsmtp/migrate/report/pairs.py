"""A run as a report reads it: its messages parsed, its texts without what no two runs have in common.

Messages are paired as the differences pair them, so that a difference of message 2 stands with that message.
"""

from __future__ import annotations

from tclsmtp.migrate.differences import surroundings
from tclsmtp.migrate.messages import read
from tclsmtp.migrate.model import Run
from tclsmtp.migrate.normal import normal_text
from tclsmtp.migrate.pairing import Pairs, Sketch, pair, sketch


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
    deliveries = side.run.captured.deliveries
    return [sketch(delivery, message, side.normal) for delivery, message in zip(deliveries, side.messages, strict=True)]
