"""Replies of an SMTP server (RFC 5321, 4.2), read from bytes as they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

MAX_REPLY = 65_536
"""Octets one reply may have. RFC 5321 (4.5.3.1.5) allows lines of 512 octets, so this is well over a hundred lines of
them, more than any EHLO answer has; a server that never ends its reply must not fill the memory."""

REMEMBERED = 512
"""Octets of the longest line that is remembered with what it says: as long as RFC 5321 lets one be."""

TRIMMED = " \t\n\v\f\r\0\xa0"
"""What Tcl's `string trim` takes off the text of a reply."""

PREMATURE_EOF = "premature end-of-file from server"
TIMED_OUT = "read from server timed out"
TOO_LONG = "response too long"
UNASKED = "response without a command"
GIVEN_UP = "connection given up"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered to one command.

    `lines` are the texts of its lines without code and separator, decoded as Latin-1, at least one; `raw` is the reply
    as it came. `lost` is true where no server said this: the connection ended, or the server kept silent. `malformed`
    is true where what it said was no reply, or answered nothing; then the code is 500.
    """

    code: int
    lines: tuple[str, ...]
    raw: bytes = b""
    lost: bool = False
    malformed: bool = False

    @property
    def timed_out(self) -> bool:
        """Whether the server kept silent for too long."""
        return self.lost and self.text == TIMED_OUT

    @property
    def refuses(self) -> bool:
        """Whether the server itself said no, and not just something that is no yes."""
        return 400 <= self.code < 600 and not self.lost and not self.malformed

    @property
    def text(self) -> str:
        """The first line, which is tcllib's diagnostic."""
        return self.lines[0]

    def raw_lines(self) -> list[str]:
        """The lines as they came, with their codes; none where nothing came."""
        if not self.raw:
            return []
        return [line.removesuffix("\r") for line in self.raw.decode("latin-1").removesuffix("\n").split("\n")]


class ReplyParser:
    """Turns bytes into replies, however they were cut.

    As in tcllib, the first line's code counts, a line whose fourth character is no hyphen ends the reply, and what is
    no reply is answered with 500 (sessions/fault_mail_short, sessions/fault___garbage).
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._at = 0
        self._code = 0
        self._lines: list[str] = []
        self._end: tuple[int, str] | None = None

    def feed(self, data: bytes) -> None:
        """Take what the server sent, unless it is lost."""
        if self._end is None:
            self._buffer += data

    def end_of_file(self) -> None:
        """The server sent its last: after what is in the buffer, every reply is 400 (sessions/fault_rcpt_close)."""
        self._end = self._end or (400, PREMATURE_EOF)

    def abandon(self, why: str, code: int = 400) -> None:
        """Give up on the server: from now on every reply is that code and text, whatever else arrives.

        The code is 400 where the server is gone, and 500 where it makes no sense.
        """
        self._buffer = b""
        self._at = 0
        self._lines.clear()
        self._end = self._end or (code, why)

    def has_data(self) -> bool:
        """Whether there is more in the buffer than the replies that were taken."""
        return len(self._buffer) > self._at

    def next_reply(self) -> Reply | None:
        """The next complete reply, or None. Once the server is lost there is one for every call.

        A reply over MAX_REPLY makes it lost, with 500.
        """
        buffer = self._buffer
        if not self._lines and buffer[3:4] == b" " and buffer[:3].isdigit():
            line, found, rest = buffer.partition(b"\n")
            if found and len(line) < REMEMBERED:
                self._buffer = rest
                return _one_line(line + found)
        elif not self._lines and len(buffer) <= REMEMBERED and (reply := _whole(buffer)):
            self._buffer = b""
            return reply
        while (end := buffer.find(b"\n", self._at)) >= 0:
            line = buffer[self._at : end]
            self._at = end + 1
            if reply := self._take(line.removesuffix(b"\r").decode("latin-1")):
                return reply
        if len(buffer) > MAX_REPLY:
            self.abandon(TOO_LONG, 500)
        return self._last_reply() if self._end else None

    def _last_reply(self) -> Reply:
        """An unfinished line counts as a line, as in tcllib; then comes the end."""
        rest = self._buffer[self._at :]
        self._at = len(self._buffer)
        if rest and (reply := self._take(rest.decode("latin-1"))):
            return reply
        code, text = self._end or (400, PREMATURE_EOF)
        return self._finish(code, (text, *self._lines[1:]), lost=True, malformed=code == 500)

    def _take(self, line: str) -> Reply | None:
        if len(line) < 3:
            return self._finish(500, (f"response too short: {line}",), malformed=True)
        if not self._lines:
            code = _scan_integer(line[:3])
            if code is None:
                return self._finish(500, (f"unrecognizable code: {line}",), malformed=True)
            self._code = code
        self._lines.append(line[4:].strip(TRIMMED))
        if line[3:4] == "-":
            return None
        return self._finish(self._code, tuple(self._lines))

    def _finish(self, code: int, lines: tuple[str, ...], *, lost: bool = False, malformed: bool = False) -> Reply:
        reply = Reply(code, lines, self._buffer[: self._at], lost, malformed)
        self._buffer = self._buffer[self._at :]
        self._at = 0
        self._lines.clear()
        return reply


@lru_cache(maxsize=16)
def _whole(raw: bytes) -> Reply | None:
    """What is a reply of several lines in order, and nothing else, such as a server's to EHLO each time."""
    *lines, last = raw.decode("latin-1").removesuffix("\n").split("\n")
    code = last[:3]
    in_order = code.isascii() and code.isdigit() and last[3:4] == " " and raw.endswith(b"\n")
    if not (lines and in_order and all(line[:4] == f"{code}-" for line in lines)):
        return None
    return Reply(int(code), tuple(line.removesuffix("\r")[4:].strip(TRIMMED) for line in (*lines, last)), raw)


@lru_cache(maxsize=64)
def _one_line(raw: bytes) -> Reply:
    """A reply of one line that is in order, which most are, and the same ones again and again."""
    text = raw[4:].removesuffix(b"\n").removesuffix(b"\r").decode("latin-1")
    return Reply(int(raw[:3]), (text.strip(TRIMMED),), raw)


def _scan_integer(word: str) -> int | None:
    """The integer that `word` begins with, as C's scanf reads one ("5a0" is 5), or None."""
    if word.isdecimal() and word.isascii():
        return int(word)
    number = word.lstrip(TRIMMED)
    sign = number[:1] if number[:1] in ("+", "-") else ""
    digits = number.removeprefix(sign)
    count = next((i for i, c in enumerate(digits) if c not in "0123456789"), len(digits))
    return int(sign + digits[:count]) if count else None
