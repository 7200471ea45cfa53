"""A run without what sets it apart from any other run of the script, so that a recording made again is the same."""

from __future__ import annotations

import re
from dataclasses import replace

from tclsmtp.migrate.differences import SENDERS, differences, surroundings
from tclsmtp.migrate.messages import read
from tclsmtp.migrate.model import Delivery, Dialogue, Line, Run
from tclsmtp.migrate.normal import Numbered, normal_text

_SIZE = re.compile(r"\A(MAIL .*) SIZE=[0-9]+", re.IGNORECASE)


def settled(run: Run) -> Run:
    """The run with the words of normal.py in its texts, and ids and boundaries by number; it tells no moment, user or
    host.

    Where that is not the same run any more, which the differences tell, the run as it is.
    """
    settling = _Settling(run)
    made = replace(
        run,
        stdout=settling.octets(run.stdout),
        stderr=settling.octets(run.stderr),
        begun=0.0,
        seconds=0.0,
        user="",
        hosts=(),
        captured=replace(
            run.captured,
            dialogues=tuple(map(settling.dialogue, run.captured.dialogues)),
            deliveries=tuple(map(settling.delivery, run.captured.deliveries)),
        ),
    )
    return made if _is_told_by_words(run, made) and not any(differences(run, made)) else run


def _is_told_by_words(run: Run, made: Run) -> bool:
    """Whether the bodies still read alike where no moment is known; the differences do not look at equal ones."""
    around, nowhere = surroundings(run), surroundings(made)
    for one, other in zip(run.captured.deliveries, made.captured.deliveries, strict=True):
        for part, settled_part in zip(read(one.content).walk(), read(other.content).walk(), strict=False):
            if normal_text(part.text or "", around) != normal_text(settled_part.text or "", nowhere):
                return False
    return True


class _Settling:
    """The texts of one run, in which the same name gets the same number."""

    def __init__(self, run: Run) -> None:
        self._around = surroundings(run)
        self._names = Numbered()
        senders = "|".join(sorted(SENDERS))
        self._user = re.compile(rf"(?m)^({senders}): {re.escape(run.user)}(?=\r?$)") if run.user else None

    def text(self, text: str) -> str:
        return normal_text(text, self._around, self._names)

    def octets(self, content: bytes) -> bytes:
        """Each octet is taken for a character: what is replaced is ASCII."""
        return self.text(content.decode("latin-1")).encode("latin-1")

    def dialogue(self, dialogue: Dialogue) -> Dialogue:
        return replace(dialogue, lines=tuple(map(self._line, dialogue.lines)))

    def delivery(self, delivery: Delivery) -> Delivery:
        content = delivery.content.decode("latin-1")
        if self._user:
            content = self._user.sub(r"\1: USER", content)
        return replace(
            delivery,
            originator=self.text(delivery.originator),
            recipients=tuple(map(self.text, delivery.recipients)),
            content=self.text(content).encode("latin-1"),
        )

    def _line(self, line: Line) -> Line:
        return replace(line, text=self.text(_SIZE.sub(r"\1 SIZE=N", line.text)))
