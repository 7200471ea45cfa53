"""What goes out between DATA and its end: the message with the envelope's headers, and the digest for Bcc."""

from __future__ import annotations

from tclsmtp.mime.build import chunks, size
from tclsmtp.mime.dates import format_date
from tclsmtp.mime.part import Part, unique_id
from tclsmtp.smtp.envelope import BLIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tclsmtp.dialect import Dialect
    from tclsmtp.smtp.envelope import Envelope

CRLF = b"\r\n"
CR = ord("\r")

HELD_IN_MEMORY = 1 << 18
"""Octets up to which a message is built before it is sent; a larger one is sized, and streamed from its files."""

PIECE_SIZE = 1 << 18
"""Octets of a message that are sent before the client looks whether the server has had enough."""


def _without_false_ends(text: bytes) -> bytes:
    """The text with each CR before a dot made part of a line break.

    A bare one would be passed on as it is, and a server that takes it for a line break would see a line that begins
    with a dot, and so the end of the message, where nobody wrote one.
    """
    # The first question is quick, and base64 knows no dot.
    return text.replace(b"\r.", b"\r\n.") if b"." in text and b"\r." in text else text


def without_false_ends(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same for a message in chunks."""
    after_cr = False
    for chunk in chunks:
        if after_cr and chunk[:1] == b".":
            yield b"\n"
        if chunk:
            after_cr = chunk[-1] == CR
        yield _without_false_ends(chunk)


def pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A message in pieces of at most PIECE_SIZE octets."""
    for chunk in chunks:
        for start in range(0, len(chunk), PIECE_SIZE):
            yield chunk[start : start + PIECE_SIZE]


class Content:
    """A message in its wire form, before dot-stuffing.

    `size` is its number of octets with the line break that ends it; a streamed message may have two less, for whether
    that line break has to be added is not known before, and some more where bare CR stand before dots.

    Making one builds a small message whole and reads every file of a large one, so that what cannot be built is an
    error before anything is sent. Raises MimeError, as the builder does.
    """

    def __init__(self, part: Part, dialect: Dialect) -> None:
        self._part = part
        self._dialect = dialect
        held: list[bytes] = []
        octets = 0
        for chunk in chunks(part, dialect):
            octets += len(chunk)
            if octets > HELD_IN_MEMORY:
                self._held: bytes | None = None
                self.size = size(part, dialect) + len(CRLF)
                return
            held.append(chunk)
        text = _without_false_ends(b"".join(held))
        self._held = text if text.endswith(CRLF) else text + CRLF
        self.size = len(self._held)

    def chunks(self) -> Iterable[bytes]:
        """The message, once more for each call."""
        if self._held is None:
            return without_false_ends(chunks(self._part, self._dialect))
        return (self._held,)

    @property
    def whole(self) -> bytes | None:
        """The message if it is held in memory, with the line break that ends it."""
        return self._held


def outgoing(part: Part, envelope: Envelope, host: str) -> Part:
    """A copy of `part` with the headers that go out; `part` stays as it is.

    What the message itself calls Bcc or Dcc is not said to anybody. Date and Message-ID are added where neither the
    message nor the envelope has one.
    """
    headers = part.headers.copy()
    for name in BLIND:
        headers.remove(name)
    for name, value in envelope.headers:
        headers.add(name, value)
    date, message_id = f"{envelope.prefix}Date", f"{envelope.prefix}Message-ID"
    if not headers.get_all(date):
        headers.add(date, format_date())
    if not headers.get_all(message_id):
        headers.add(message_id, unique_id(host))
    return part.with_headers(headers)


def digest(message: Part, envelope: Envelope, host: str) -> Part:
    """What the Bcc recipients get: the message as it went out, inside a multipart/digest (sessions/bcc)."""
    original = Part.create("message/rfc822", headers=[("Content-Description", "Original Message")], parts=[message])
    title = f"[{envelope.prefix}Bcc]"
    return Part.create(
        "multipart/digest",
        headers=[
            ("From", envelope.author),
            ("Bcc", ""),
            ("Date", format_date()),
            ("Subject", title if envelope.subject is None else f"{title} {envelope.subject}"),
            ("Message-ID", unique_id(host)),
            ("Content-Description", "Blind Carbon Copy"),
        ],
        parts=[original],
    )
