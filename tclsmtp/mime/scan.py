"""A message as lines: read forward once, from memory or from a file, a block at a time."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

_BLOCK = 1 << 18
"""Octets that are read from a file at once."""
_BEHIND = 512
"""Octets before the position that stay at hand: more than there can be line breaks to take away at one place."""


class Scanner:
    """A position in a message, at the beginning of a line, that moves forward only.

    Offsets count octets from the beginning of the message. No more of a file is held than a block and the line at the
    position. Raises OSError where the file cannot be read.
    """

    def __init__(self, octets: bytes, file: BinaryIO | None = None) -> None:
        self._buffer = octets
        self._file = file
        self._base = 0
        self._at = 0

    @property
    def position(self) -> int:
        """The offset of the line that is next."""
        return self._base + self._at

    def line(self, limit: int) -> bytes:
        """The line at the position, with its line break; of a longer one only the first `limit` octets.

        b"" at the end of the message. The position stays.
        """
        start = self._at
        searched = start
        while True:
            end = self._buffer.find(b"\n", searched, start + limit) + 1
            if end or len(self._buffer) - start >= limit:
                return self._buffer[start : end or start + limit]
            searched = len(self._buffer)
            if not self._more():
                return self._buffer[self._at :]
            searched -= start - self._at
            start = self._at

    def advance(self, octets: int) -> None:
        """Move the position over so many octets of the line that `line` gave."""
        self._at += octets

    def to_dashes(self, further: bool) -> None:
        """Move to the next line that begins with two hyphens, or to the end.

        It may be the line at the position, unless a `further` one is wanted.
        """
        if not further and self.line(2) == b"--":
            return
        while True:
            found = self._buffer.find(b"\n--", self._at)
            if found >= 0:
                self._at = found + 1
                return
            self._at = max(self._at, len(self._buffer) - 2)
            if not self._more():
                self._at = len(self._buffer)
                return

    def to_end(self) -> None:
        """Move to the end of the message."""
        if self._file is None:
            self._at = len(self._buffer)
            return
        end = self._file.seek(0, 2)
        self._base = self._file.seek(max(0, end - 2))
        self._buffer = self._file.read(2)
        self._at = len(self._buffer)

    def before(self, offset: int) -> bytes:
        """The two octets that stand before an offset which is a little before the position; fewer at the beginning."""
        end = offset - self._base
        return self._buffer[max(0, end - 2) : max(0, end)]

    def _more(self) -> bool:
        """Read a block more. Whether there was one; what is far behind the position is forgotten."""
        block = self._file.read(_BLOCK) if self._file is not None else b""
        if not block:
            return False
        kept = max(0, self._at - _BEHIND)
        self._buffer = self._buffer[kept:] + block
        self._base += kept
        self._at -= kept
        return True
