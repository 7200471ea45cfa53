"""What goes out between DATA and its end: the message with the envelope's headers, and the digest for Bcc."""

from __future__ import annotations

from copy import copy
from itertools import chain

from tclsmtp.mime.build import chunks
from tclsmtp.mime.dates import format_date
from tclsmtp.mime.part import Part, unique_id
from tclsmtp.smtp.envelope import BLIND

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
    that line break has to be added is not known before, and some more where bare CR stand before dots. `is_ascii` says
    whether all of them are below 128. `needs_utf8` is true of what `in_utf8` gave another form.

    Making one builds a small message whole and reads every file of a large one, so that what cannot be built is an
    error before anything is sent. Raises MimeError, as the builder does.
    """

    _first = b""

    def __init__(self, part: Part, dialect: Dialect) -> None:
        self._part, self._utf8_lines = for_any_server(part)
        self._dialect = dialect
        self._held: bytes | None = None
        self.needs_utf8 = False
        self.is_ascii = True
        self.size = 0
        held: list[bytes] = []
        for chunk in chunks(self._part, dialect):
            self.size += len(chunk)
            self.is_ascii = self.is_ascii and chunk.isascii()
            if self.size <= HELD_IN_MEMORY:
                held.append(chunk)
            else:
                held.clear()
        if self.size > HELD_IN_MEMORY:
            self.size += len(CRLF)
        else:
            text = _without_false_ends(b"".join(held))
            self._hold(text if text.endswith(CRLF) else text + CRLF)

    def _hold(self, text: bytes) -> None:
        self._held = text
        self.size = len(text)

    def in_utf8(self) -> Content:
        """The message for a server that does SMTPUTF8: addresses outside ASCII stand in its header as they are.

        It is this one where there are none.
        """
        if not self._utf8_lines:
            return self
        other = copy(self)
        other.needs_utf8 = True
        other.is_ascii = False
        if self._held is not None:
            other._hold(_with_lines(self._held, self._utf8_lines))
        else:
            other.size += sum(len(utf8_line) - len(line) for line, utf8_line in self._utf8_lines)
        return other

    def preceded_by(self, lines: bytes) -> Content:
        """The same with header lines in front, each with its CRLF."""
        other = copy(self)
        other._first = lines + self._first
        if self._held is not None:
            other._hold(lines + self._held)
        else:
            other.size += len(lines)
        return other

    def chunks(self) -> Iterable[bytes]:
        """The message, once more for each call."""
        if self._held is not None:
            return (self._held,)
        built = self._build()
        text = without_false_ends(_with_lines_first(built, self._utf8_lines) if self.needs_utf8 else built)
        return chain((self._first,), text) if self._first else text

    def _build(self) -> Iterator[bytes]:
        """The message in chunks, its header whole in the first."""
        return chunks(self._part, self._dialect)

    @property
    def utf8_lines(self) -> tuple[tuple[bytes, bytes], ...]:
        """Lines of the header, and what a server that does SMTPUTF8 gets in their place."""
        return tuple(self._utf8_lines)

    @property
    def message_id(self) -> str:
        """What the message is called, as its header says it last: by its Resent-Message-ID where there is one."""
        headers = self._part.headers
        found = headers.get_all("Resent-Message-ID") or headers.get_all("Message-ID")
        return found[-1] if found else ""

    @property
    def whole(self) -> bytes | None:
        """The message if it is held in memory, with the line break that ends it."""
        return self._held


def _with_lines(text: bytes, lines: list[tuple[bytes, bytes]]) -> bytes:
    """A message with lines of its header replaced."""
    head, end, body = text.partition(CRLF + CRLF)
    head += CRLF
    for line, other in lines:
        head = head.replace(CRLF + line, CRLF + other, 1)
    return head + end[len(CRLF) :] + body


def _with_lines_first(built: Iterator[bytes], lines: list[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """The same for a message in chunks: its header is whole in the first."""
    yield _with_lines(next(built), lines)
    yield from built


def for_any_server(part: Part) -> tuple[Part, list[tuple[bytes, bytes]]]:
    """The part with addresses in its header that any server takes, and the lines that SMTPUTF8 would have otherwise."""
    if all(value.isascii() for _, value in part.headers.items()):
        return part, []
    from tclsmtp.smtp.international import HeaderAddresses

    found = HeaderAddresses(part.headers)
    return part.with_headers(found.headers), found.utf8_lines


def outgoing(
    part: Part,
    envelope: Envelope,
    host: str,
    new_id: Callable[[str], str] = unique_id,
    new_date: Callable[[], str] = format_date,
) -> Part:
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
        headers.add(date, new_date())
    if not headers.get_all(message_id):
        headers.add(message_id, new_id(host))
    return part.with_headers(headers)


def digest(
    message: Part,
    envelope: Envelope,
    host: str,
    new_id: Callable[[str], str] = unique_id,
    new_date: Callable[[], str] = format_date,
) -> Part:
    """What the Bcc recipients get: the message as it went out, inside a multipart/digest (sessions/bcc)."""
    # In a message/rfc822 there is no place for UTF-8 (RFC 6532, 3.7).
    inner, _ = for_any_server(message)
    original = Part.create("message/rfc822", headers=[("Content-Description", "Original Message")], parts=[inner])
    title = f"[{envelope.prefix}Bcc]"
    return Part.create(
        "multipart/digest",
        headers=[
            ("From", envelope.author),
            ("Bcc", ""),
            ("Date", new_date()),
            ("Subject", title if envelope.subject is None else f"{title} {envelope.subject}"),
            ("Message-ID", new_id(host)),
            ("Content-Description", "Blind Carbon Copy"),
        ],
        parts=[original],
    )
