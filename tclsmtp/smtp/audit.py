"""The audit log: a line of JSON for each message, that tells what became of it, and neither its body nor a secret."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict
from datetime import UTC, datetime

from tclsmtp.errors import PolicyError, RefusedError, SmtpError, UnknownOutcomeError
from tclsmtp.smtp.log import logger

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tclsmtp.smtp.envelope import Envelope
    from tclsmtp.smtp.options import Refusal
    from tclsmtp.smtp.session import Session

SENT, REFUSED, FAILED, UNKNOWN, CAPTURED, QUEUED = "sent", "refused", "failed", "unknown", "captured", "queued"
"""What may become of a message: it was taken for one recipient at least; nobody got it, as the server would not have
it; it never came to that; the server may have it or not; rehearsal wrote it to a folder; it waits in a spool."""


class AuditLog:
    """A file that a line is added to for each message.

    It is opened before anything is sent, so that nothing is where it cannot be told of. Raises PolicyError then.
    """

    def __init__(self, path: str, script: str) -> None:
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise PolicyError(path, "log", error.strerror or str(error)) from error
        self._path = path
        self._script = script
        self._begun = time.time()

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def write(self, envelope: Envelope, entry: dict[str, Any]) -> None:
        """Add a line: the time, the script, the envelope, what `entry` says, and how long it took.

        The message is on its way by now. A line that cannot be written is told to the log of Python, and no failure.
        """
        line = {
            "time": datetime.fromtimestamp(self._begun, UTC).isoformat(timespec="milliseconds"),
            "script": self._script,
            "pid": os.getpid(),
            "originator": envelope.originator,
            "recipients": envelope.recipients,
            "blind": envelope.blind,
            **entry,
            "seconds": round(time.time() - self._begun, 3),
        }
        data = json.dumps(line, ensure_ascii=True).encode("ascii") + b"\n"
        try:
            # One write, so that lines of several processes do not mix.
            written = os.write(self._file, data)
        except OSError as error:
            logger().error("%s: %s: %s", self._path, error.strerror, data)
            return
        if written < len(data):
            logger().error("%s: not written whole: %s", self._path, data)


def of_session(session: Session | None) -> dict[str, Any]:
    """What is told of the server that a message went to, or of the last one that was tried."""
    if session is None:
        return {}
    reply = session.final_reply
    return {
        "server": session.server,
        "port": session.port,
        "tls": asdict(session.secured) if session.secured else None,
        "auth": session.mechanism or None,
        "reply": None if reply is None else f"{reply.code} {reply.text}",
    }


def outcome(refusals: Sequence[Refusal], envelope: Envelope, at_least_one: bool) -> dict[str, Any]:
    """What is told of a message that no error was raised for."""
    count = len(envelope.recipients) + len(envelope.blind)
    taken = not refusals or (len(refusals) < count and (at_least_one or bool(envelope.blind)))
    refused = [{"recipient": each.address, "code": each.code, "text": each.text} for each in refusals]
    return {"outcome": SENT if taken else REFUSED, "refused": refused}


def failure(error: BaseException) -> dict[str, Any]:
    """What is told of a message that an error was raised for."""
    match error:
        case UnknownOutcomeError():
            kind = UNKNOWN
        case RefusedError():
            kind = REFUSED
        case _:
            kind = FAILED
    return {
        "outcome": kind,
        "error": str(error) if isinstance(error, SmtpError) else f"{type(error).__name__}: {error}",
    }
