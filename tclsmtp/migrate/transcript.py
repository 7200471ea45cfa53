"""What a connection to the capture server leaves behind: its dialogue, line by line."""

from __future__ import annotations

import re
import time
from typing import Final, Protocol

from tclsmtp.migrate.model import Delivery, Dialogue, Line, Speaker

REDACTED: Final = "<redacted>"
AUTH_WITH_ANSWER = re.compile(r"(\s*AUTH\s+\S+\s+).*", re.IGNORECASE | re.DOTALL)


class Keeper(Protocol):
    """Who gets what a server has captured; called in the server's thread."""

    def keep_delivery(self, delivery: Delivery) -> None:
        """A message, before the client is told that it was taken. With OSError the client is told that it was not."""

    def keep_dialogue(self, index: int, dialogue: Dialogue) -> None:
        """A connection that has ended, and its index."""


class Transcript:
    """A dialogue as it grows. `tls` and `mechanism` are those of a Dialogue."""

    def __init__(self) -> None:
        self.tls = ""
        self.mechanism = ""
        self._lines: list[Line] = []
        self._began = time.monotonic()

    def command(self, line: str) -> None:
        """The client's line; the answer that AUTH can carry (RFC 4954 section 4) is left out."""
        self.add("C", AUTH_WITH_ANSWER.sub(rf"\g<1>{REDACTED}", line))

    def reply(self, text: str) -> None:
        """The server's lines, separated by CRLF."""
        for line in text.split("\r\n"):
            self.add("S", line)

    def note(self, event: str) -> None:
        """What nobody said."""
        self.add("*", event)

    def add(self, speaker: Speaker, text: str) -> None:
        """A line as it is."""
        self._lines.append(Line(speaker, readable(text), time.monotonic() - self._began))

    def dialogue(self) -> Dialogue:
        """What was said so far."""
        return Dialogue(tuple(self._lines), self.tls, self.mechanism)


def readable(text: str) -> str:
    """Text in which octets that are no UTF-8 are written as `\\xff`, so that it can be written anywhere."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
