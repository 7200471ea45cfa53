"""What a comparison is made of, as plain data: what each side did, and each thing in which they differ."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Outcome = Literal["same", "explained", "different", "failed"]

CLIENT, SERVER = "C", "S"
"""Who said a line of a dialogue."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a dialogue, without its line break.

    What a client says to authenticate is `<redacted>`, and `<message N>` stands for the text of the N-th message of
    its connection, counted from 1.
    """

    side: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message that the capture server accepted.

    `sender` and `recipients` are the addresses of MAIL and RCPT without angle brackets, `parameters` what followed the
    address of MAIL, and `content` the octets of the message, with CRLF and without the stuffed dots.
    """

    sender: str
    recipients: tuple[str, ...]
    parameters: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Connection:
    """What happened on one connection to the capture server; `mechanism` is that of a successful AUTH, or ""."""

    dialogue: tuple[Line, ...]
    messages: tuple[Message, ...]
    tls: bool = False
    mechanism: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of smtp::sendmessage: what `catch` would answer, the result, and the errorCode where it failed."""

    code: int
    result: str
    error_code: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What a script did on one side.

    `exit_code` is the process's exit status, minus a signal's number where that ended it, and None where the time for
    it ran out. `seconds` is the wall time of the whole process. stdout and stderr are decoded from UTF-8, with
    backslashes for octets that are not.
    """

    exit_code: int | None
    stdout: str
    stderr: str
    calls: tuple[Call, ...]
    connections: tuple[Connection, ...]
    seconds: float

    @property
    def messages(self) -> tuple[Message, ...]:
        """All messages that arrived, in the order of their connections."""
        return tuple(message for connection in self.connections for message in connection.messages)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a difference is as it should be.

    `source` is where that is written: "deviation" for one of tclsmtp's own, "accept" for one of the user's file. `name`
    is the deviation's id, or the file's line; `why` is what to tell a reader.
    """

    source: Literal["deviation", "accept"]
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which the sides differ.

    `id` is stable: exit-code, stdout, stderr, result, dialogue, count, envelope.from, envelope.recipients, header.NAME,
    structure, or body.PART with the part's numbers as in body.1.2. `place` is the number of the message, the call or
    the connection that it is about, counted from 1, and 0 where it is about the whole run. `reference` and `tclsmtp`
    are the values compared, after what changes from run to run was replaced.
    """

    id: str
    place: int
    reference: str
    tclsmtp: str
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A script and what came of it on both sides; `error` says why it could not be run, where it could not.

    `script` is the path that a reader knows it by: below the folder that was given, or the file's name.
    """

    script: str
    args: tuple[str, ...] = ()
    reference: Run | None = None
    tclsmtp: Run | None = None
    differences: tuple[Difference, ...] = ()
    error: str = ""

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        """The differences that nothing explains."""
        return tuple(difference for difference in self.differences if difference.explanation is None)

    @property
    def outcome(self) -> Outcome:
        """In one word what came of it."""
        if self.error:
            return "failed"
        if self.unexplained:
            return "different"
        return "explained" if self.differences else "same"
