"""The octets of a message as they are kept, and the same as something to send."""

from __future__ import annotations

from tclsmtp.errors import SpoolError
from tclsmtp.smtp.content import CRLF, HELD_IN_MEMORY, Content

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tclsmtp.spool.entry import Entry

END_OF_HEADER = b"\r\n\r\n"
MOST_OF_HEADER = 1 << 23


def octets_of(content: Content) -> Iterator[bytes]:
    """A message in chunks, with the line break that ends it."""
    tail = b""
    for chunk in content.chunks():
        yield chunk
        tail = (tail + chunk[-2:])[-2:]
    if tail != CRLF:
        yield CRLF


def header_of(chunks: Iterable[bytes]) -> bytes:
    """The header of a message, with the line break of its last line."""
    return _header_first(iter(chunks))[0].partition(END_OF_HEADER)[0] + CRLF


def message_id(header: bytes) -> str:
    """What the header of a message names it, "" where it does not."""
    for name in (b"\r\nresent-message-id:", b"\r\nmessage-id:"):
        _, found, rest = (CRLF + header).lower().partition(name)
        if found:
            start = len(CRLF + header) - len(rest)
            words = (CRLF + header)[start:].split(None, 1)
            return words[0].decode("latin-1") if words else ""
    return ""


class StoredContent(Content):
    """A message that was kept; a large one is read piece by piece. `read` begins anew each time.

    Making one raises what `read` does, and SpoolError where the octets are not as many as there were. Of a large one
    that comes to light while it is sent: without its end the server does not take it.
    """

    def __init__(self, entry: Entry, read: Callable[[], Iterator[bytes]]) -> None:
        self._entry = entry
        self._octets = read
        self._utf8_lines = list(entry.utf8_lines)
        self._held = None
        self.needs_utf8 = False
        self.is_ascii = entry.is_ascii
        self.size = entry.size
        if self.size <= HELD_IN_MEMORY:
            self._hold(b"".join(self._read()))

    def _read(self) -> Iterator[bytes]:
        left = self._entry.size
        for piece in self._octets():
            left -= len(piece)
            yield piece
        if left:
            raise SpoolError(self._entry.id, f"the message has not the {self._entry.size} octets that it had")

    def _build(self) -> Iterator[bytes]:
        pieces = self._read()
        first, rest = _header_first(pieces)
        yield first
        yield from rest


def _header_first(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """So much of a message that its header is whole in it, and the rest."""
    first = b""
    for piece in pieces:
        first += piece
        if END_OF_HEADER in first or len(first) > MOST_OF_HEADER:
            break
    return first, pieces
