"""What of a dialogue matters: the steps that were taken, and what was refused.

Who a message went to is its envelope's to tell, so of a transaction that ended in a message the recipients that were
taken are left out. DATA and BDAT are the same step, and so are pipelined commands and others. Not looked at are the
names in EHLO, the parameters of MAIL, the server's words in a step that went well, its reply to QUIT, and times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from tclsmtp.migrate.model import Dialogue

MESSAGE = "message"
"""The step in which the content goes over, by DATA or BDAT."""

NONE = "(no connection)"
MOST_MATCHED = 500

_REPLY = re.compile(r"([0-9]{3})([ -]?)(.*)", re.DOTALL)
_PATH = re.compile(r"(?:MAIL FROM|RCPT TO): *(<[^>]*>|\S*)", re.IGNORECASE)
_TLS_VERSION = re.compile(r"\b(?:TLS|SSL)v?[0-9.]+")


@dataclass(frozen=True, slots=True)
class Step:
    """A command and the code of its last reply, "" without one. `about` is the path of MAIL or RCPT."""

    name: str
    code: str = ""
    text: str = ""
    about: str = ""

    @property
    def refused(self) -> bool:
        """Whether the server said no."""
        return self.code[:1] in ("4", "5")

    def __str__(self) -> str:
        nobody = " <>" if self.name == "RCPT" and self.about == "<>" else ""
        return f"{self.name}{nobody} {self.code}".strip()


@dataclass(slots=True)
class _Transaction:
    """The steps from a MAIL to what ends it; outside of one, any others."""

    steps: list[Step] = field(default_factory=list)
    is_mail: bool = False

    @property
    def delivered(self) -> bool:
        return any(step.name == MESSAGE and step.code.startswith("2") for step in self.steps)

    def told(self) -> Iterator[str]:
        for step in self.steps:
            if not (self.delivered and step.name == "RCPT" and not step.refused):
                yield str(step)


def shape(dialogue: Dialogue, left_out: AbstractSet[int] = frozenset()) -> tuple[str, ...]:
    """The steps of a dialogue. `left_out` are the messages, counted among those of this dialogue that were taken,
    whose transactions are passed over; nothing is left of a connection that was made for such alone.
    """
    told: list[str] = []
    count = 0
    others = False
    for transaction in _transactions(dialogue):
        if transaction.delivered:
            count += 1
            if count - 1 in left_out:
                continue
        others = others or transaction.is_mail
        told.extend(transaction.told())
    return tuple(told) if others or not left_out else ()


def refusals(dialogues: Sequence[Dialogue]) -> Iterator[str]:
    """What the server refused of each transaction: the originator, recipients, or the message, with its words."""
    for dialogue in dialogues:
        for transaction in _transactions(dialogue):
            if transaction.is_mail:
                yield from _refusals(transaction.steps)


def failed(dialogue: Dialogue) -> list[tuple[str, ...]]:
    """The addresses of each transaction that came to no message; one without any for a connection without another."""
    transactions = [transaction for transaction in _transactions(dialogue) if transaction.is_mail]
    if not transactions:
        return [()]
    undone = [transaction for transaction in transactions if not transaction.delivered]
    return [tuple(step.about.strip("<>") for step in one.steps if len(step.about) > 2) for one in undone]


def differing(reference: Sequence[tuple[str, ...]], ours: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """The shapes of two sides' dialogues that differ, side by side; NONE where one side has no such connection."""
    if len(reference) > MOST_MATCHED or len(ours) > MOST_MATCHED:
        blocks = [("replace", 0, len(reference), 0, len(ours))]
    else:
        blocks = list(SequenceMatcher(None, reference, ours, autojunk=False).get_opcodes())
    for tag, start, end, our_start, our_end in blocks:
        if tag == "equal":
            continue
        for index in range(max(end - start, our_end - our_start)):
            first = reference[start + index] if start + index < end else (NONE,)
            second = ours[our_start + index] if our_start + index < our_end else (NONE,)
            if first != second:
                yield "\n".join(first), "\n".join(second)


def _refusals(steps: list[Step]) -> Iterator[str]:
    """What was refused, but not what had to be: nothing counts after a refused MAIL, nor a message to nobody."""
    taken = 0
    for step in steps:
        if step.name == "MAIL" and step.refused:
            yield f"from {step.about}: {step.code} {step.text}"
            return
        if step.name == "RCPT":
            taken += not step.refused
            if step.refused:
                yield f"to {step.about}: {step.code} {step.text}"
        if step.name == MESSAGE and step.refused and taken:
            yield f"{MESSAGE}: {step.code} {step.text}"


def _transactions(dialogue: Dialogue) -> Iterator[_Transaction]:
    current = _Transaction()
    for step in _steps(dialogue):
        if step.name == "MAIL" or (current.is_mail and step.name not in ("RCPT", MESSAGE)):
            yield current
            current = _Transaction(is_mail=step.name == "MAIL")
        current.steps.append(step)
        if step.name == MESSAGE and not step.refused:
            yield current
            current = _Transaction()
    yield current


def _steps(dialogue: Dialogue) -> Iterator[Step]:
    """The steps in their order. A reply to the content belongs to the step that DATA began, and one to a challenge's
    answer to AUTH.
    """
    command = Step("banner")
    for line in dialogue.lines:
        if line.speaker == "S":
            command = _with_reply(command, line.text)
        elif line.speaker == "*":
            yield from _finished(command)
            command = Step("")
            yield Step(f"* {_TLS_VERSION.sub('TLS', line.text)}")
        elif not _goes_on(command, line.text):
            yield from _finished(command)
            command = _command(line.text)
    yield from _finished(command)


def _finished(step: Step) -> Iterator[Step]:
    if step.name == "BDAT":
        if step.refused:
            yield Step(MESSAGE, step.code, step.text)
    elif step.name == "QUIT":
        yield Step("QUIT")
    elif step.name:
        yield step


def _with_reply(command: Step, line: str) -> Step:
    found = _REPLY.match(line)
    if found is None:
        return Step(command.name, command.code, line, command.about)
    return Step(command.name, found[1], found[3], command.about)


def _goes_on(command: Step, text: str) -> bool:
    """Whether a line of the client is no new command: what answers a challenge, or the end of a message."""
    return command.code in ("334", "354") and (command.name.startswith("AUTH") or text == ".")


def _command(text: str) -> Step:
    verb, _, rest = text.partition(" ")
    verb = verb.upper()
    if verb in ("MAIL", "RCPT"):
        path = _PATH.match(text)
        return Step(verb, about=path[1] if path else rest)
    if verb == "DATA" or (verb == "BDAT" and rest.upper().split()[-1:] == ["LAST"]):
        return Step(MESSAGE)
    if verb in ("EHLO", "HELO", "RSET", "QUIT", "STARTTLS", "BDAT"):
        return Step(verb)
    if verb == "AUTH":
        return Step(f"AUTH {rest.partition(' ')[0].upper()}")
    return Step(text)
