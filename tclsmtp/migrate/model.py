"""What is recorded of a run, and what is told of two: plain data, for the runner, the differences and the reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Speaker = Literal["C", "S", "*"]
"""Who said a line: the client, the server, or nobody, where the line tells an event such as a TLS handshake."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a dialogue, without its line break; `at` is in seconds since the connection was accepted.

    The content of a message is no part of the dialogue, and what answers to AUTH is shown as `<redacted>`.
    """

    speaker: Speaker
    text: str
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One connection to the capture server, from its banner to its end.

    `tls` is the version of TLS that it ended with, and `mechanism` the AUTH that succeeded; "" without.
    """

    lines: tuple[Line, ...]
    tls: str = ""
    mechanism: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message that the capture server took: its envelope and its content as it came, dots unstuffed, lines in CRLF.

    `connection` is the index of its dialogue.
    """

    originator: str
    recipients: tuple[str, ...]
    content: bytes
    connection: int = 0


@dataclass(frozen=True, slots=True)
class Captured:
    """All that a capture server saw: connections and messages, both in their order."""

    dialogues: tuple[Dialogue, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One side's run of a script.

    `shell` says what ran it, with its version ("tclsh, tcllib 1.21: mime 1.7.0, smtp 1.5.1"), and `dialect` which
    answers of tcllib that one gives ("1.20" or "2.0"). `exit_code` is negative for a signal. `begun` is in seconds
    since the epoch, `seconds` how long it took; 0 for a recording that tells no moments any more. `error` tells why the
    run does not count: it could not be started, or was ended for taking too long. `user` ran it, on the machine that is
    called `hosts`.
    """

    shell: str
    dialect: str
    exit_code: int
    stdout: bytes
    stderr: bytes
    begun: float
    seconds: float
    captured: Captured
    error: str = ""
    user: str = ""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a difference is one that was to be: the entry's id, its words, and the file that it is from."""

    id: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs, under a stable id: `exit-code`, `stdout`, `stderr`, `result`, `dialogue`, `count`, or of
    a message `envelope.from`, `envelope.recipients`, `header.NAME`, `structure`, `body.1.2`.

    `reference` and `ours` are what either side has, as text to be shown; `message` is the index of the message on the
    reference's side, -1 where the difference is not one of a message.
    """

    id: str
    reference: str
    ours: str
    message: int = -1
    explanation: Explanation | None = None


class Outcome(StrEnum):
    """What a comparison comes to."""

    SAME = "same"
    EXPLAINED = "explained"
    DIFFERS = "differs"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A script's two runs and what differs. `name` is the script's path as it was asked for; `error` tells why the
    script could not be compared.
    """

    name: str
    reference: Run | None = None
    ours: Run | None = None
    differences: tuple[Difference, ...] = ()
    error: str = ""

    @property
    def outcome(self) -> Outcome:
        """Same, explained (all differences are), differs, or failed (could not be compared)."""
        if self.error or self.reference is None or self.ours is None or self.reference.error or self.ours.error:
            return Outcome.FAILED
        if not self.differences:
            return Outcome.SAME
        explained = all(difference.explanation for difference in self.differences)
        return Outcome.EXPLAINED if explained else Outcome.DIFFERS
