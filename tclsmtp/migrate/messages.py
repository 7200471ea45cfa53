"""A message as its reader would have it: headers decoded, the tree of its parts, each body decoded.

Any octets are read, and nothing is raised: what is broken is read as far as it goes. This reader is one of its own, so
that what tclsmtp would misread does not look right here too. It is the same for both sides, and takes linear time.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

LINE_LIMIT = 998
"""Octets of a line, without its line break (RFC 5322, 2.1.1)."""

MAX_DEPTH = 30
MAX_PARTS = 2000
"""What is nested more deeply, or is more, stays one body."""

MALFORMED = "(malformed)"
"""The name under which lines stand that are among the headers and are none."""

RAW = "raw 8-bit"
LONG = f"a line of more than {LINE_LIMIT} octets"

_HEADER = re.compile(r"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)
_END_OF_HEADERS = re.compile(rb"(?:\A|(?<=\n))\r?\n")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([BbQq])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(=\?)")
_ADDRESS_HEADERS = frozenset("from sender to cc bcc dcc reply-to resent-from resent-to resent-cc resent-bcc".split())
_NO_CHARSETS = frozenset("idna punycode undefined unicode_escape raw_unicode_escape mbcs oem".split())
"""Codecs of Python that are none of mail, and that are slow or complain."""

_SPELLED = {"mime-version": "MIME-Version", "message-id": "Message-ID", "content-id": "Content-ID"}


@dataclass(frozen=True, slots=True)
class Header:
    """A header, unfolded and with its encoded words decoded; `marks` tell what of its form matters to a reader."""

    name: str
    value: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entity:
    """A message or part. `number` is as IMAP counts parts (RFC 9051, 6.4.5.1), "" for the message itself.

    `parameters` are those of Content-Type in their order; what else is there is MALFORMED's.
    `body` is the decoded content, without `parts`; `text` is that as text, with `\\n` for line breaks, and None where
    it is no text. `forms` are RAW and LONG where the body came so. `around` is what stands before and behind the parts.
    """

    number: str
    kind: str
    parameters: tuple[tuple[str, str], ...]
    headers: tuple[Header, ...]
    body: bytes
    text: str | None
    forms: tuple[str, ...]
    parts: tuple[Entity, ...] = ()
    around: str = ""

    def walk(self) -> Iterator[Entity]:
        """This one and all below it, each before its parts."""
        waiting = [self]
        while waiting:
            entity = waiting.pop()
            yield entity
            waiting.extend(reversed(entity.parts))

    def values(self, name: str) -> tuple[str, ...]:
        """The values of the headers of that name, in any case of letters, in their order."""
        return tuple(header.value for header in self.headers if header.name.lower() == name.lower())


def read(content: bytes) -> Entity:
    """The message that `content` is."""
    return _Reader().read(content, "", 0)


class _Reader:
    """Counts the parts of one message."""

    def __init__(self) -> None:
        self.room = MAX_PARTS

    def read(self, content: bytes, number: str, depth: int) -> Entity:
        end = _END_OF_HEADERS.search(content)
        head, raw = (content[: end.start()], content[end.end() :]) if end else (content, b"")
        headers = tuple(_headers(head))
        first = {header.name.lower(): header.value for header in reversed(headers)}
        kind, parameters = _content_type(_with_strayed(headers, first.get("content-type", "")))
        encoding = first.get("content-transfer-encoding", "").lower()
        parts, around = self._parts(kind, dict(parameters), raw, number, depth)
        body = b"" if parts else _decode(raw, encoding)
        text = None if parts else _text(kind, dict(parameters).get("charset", ""), body)
        return Entity(number, kind, parameters, headers, body, text, _forms(raw), parts, around)

    def _parts(
        self, kind: str, parameters: dict[str, str], raw: bytes, number: str, depth: int
    ) -> tuple[tuple[Entity, ...], str]:
        if depth >= MAX_DEPTH:
            return (), ""
        if kind == "message/rfc822":
            return (self.read(raw, f"{number}.1".strip("."), depth + 1),), ""
        if not kind.startswith("multipart/") or not parameters.get("boundary"):
            return (), ""
        pieces = _split(raw, parameters["boundary"].encode("utf-8", "surrogatepass"))
        if len(pieces) < 2 or len(pieces) - 2 > self.room:
            return (), ""
        before, *inner, behind = pieces
        self.room -= len(inner)
        inside = enumerate(inner, 1)
        parts = tuple(self.read(piece, f"{number}.{count}".lstrip("."), depth + 1) for count, piece in inside)
        return parts, b"\n".join((before, behind)).decode("latin-1").strip()


def _split(raw: bytes, boundary: bytes) -> list[bytes]:
    """What is before the first delimiter, between each two, and behind the last; one piece where there is none."""
    delimiter = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    pieces: list[bytes] = []
    start = 0
    for match in delimiter.finditer(raw):
        pieces.append(_without_first_break(raw[start : match.start()]) if pieces else raw[: match.start()])
        start = match.end()
        if match[1]:
            break
    else:
        if pieces:
            pieces.append(_without_first_break(raw[start:]))
            return [*pieces, b""]
    return [*pieces, raw[start:]]


def _without_first_break(piece: bytes) -> bytes:
    return piece[2:] if piece.startswith(b"\r\n") else piece.removeprefix(b"\n")


def _headers(head: bytes) -> Iterator[Header]:
    for field in re.split(rb"\r?\n(?![ \t])", head):
        if not field.strip():
            continue
        marks = _forms(field)
        unfolded = _characters(re.sub(rb"\r?\n", b"", field))
        match = _HEADER.fullmatch(unfolded)
        if match is None:
            yield Header(MALFORMED, unfolded.strip(), marks)
        else:
            name = _canonical(match[1])
            yield Header(name, _value(name, match[2]), marks)


def _with_strayed(headers: tuple[Header, ...], content_type: str) -> str:
    """Content-Type with the parameters of a line behind it that lost its blanks, as forgiving readers have it."""
    for header, following in pairwise(headers):
        if (header.name, following.name) == ("Content-Type", MALFORMED) and following.value.startswith(";"):
            return content_type + following.value
    return content_type


def _forms(octets: bytes) -> tuple[str, ...]:
    """RAW and LONG, as far as they hold of what came."""
    is_long = any(len(line.rstrip(b"\r")) > LINE_LIMIT for line in octets.split(b"\n"))
    return (*(() if octets.isascii() else (RAW,)), *((LONG,) if is_long else ()))


def _canonical(name: str) -> str:
    return _SPELLED.get(name.lower()) or "-".join(word[:1].upper() + word[1:].lower() for word in name.split("-"))


def _characters(octets: bytes) -> str:
    """Text whose charset nobody told."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _value(name: str, value: str) -> str:
    joined = _BETWEEN_WORDS.sub(r"\1\2", value.replace("\t", " ").strip())
    if name.lower() in _ADDRESS_HEADERS:
        joined = re.sub(r"(?<! ) *, *", ", ", re.sub(r" +", " ", joined))
    return _WORD.sub(_decoded_word, joined)


def _decoded_word(match: re.Match[str]) -> str:
    """What an encoded word says (RFC 2047), or itself where it says nothing."""
    charset, method, text = match[1].partition("*")[0], match[2].upper(), match[3]
    if not text.isascii():
        return match[0]
    octets = text.encode("ascii")
    octets = _from_base64(octets) if method == "B" else binascii.a2b_qp(octets.replace(b"_", b" "))
    decoded = _in_charset(octets, charset)
    return match[0] if decoded is None else decoded


def _content_type(value: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    kind, semicolon, rest = value.partition(";")
    found = [(match[1].lower(), _unquoted(match[2].strip())) for match in _PARAMETER.finditer(semicolon + rest)]
    stray = _PARAMETER.sub("", semicolon + rest).strip("; \t\r\n")
    if stray:
        found.append((MALFORMED, stray))
    return kind.strip().lower() or "text/plain", tuple(found)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'), flags=re.DOTALL)


def _decode(raw: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return _from_base64(raw)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    return raw


def _from_base64(octets: bytes) -> bytes:
    """As much as there is; what is no letter of base64 is passed over (RFC 2045, 6.8)."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", octets)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def _text(kind: str, charset: str, body: bytes) -> str | None:
    if not kind.startswith("text/"):
        return None
    text = _in_charset(body, charset) if charset else None
    return (_characters(body) if text is None else text).replace("\r\n", "\n")


def _in_charset(octets: bytes, charset: str) -> str | None:
    """The octets as text, or None where they are none in that charset, or where that is no charset of mail."""
    if charset.lower().replace("-", "_") in _NO_CHARSETS:
        return None
    try:
        text = octets.decode(charset)
        text.encode("utf-8")
    except (LookupError, ValueError):
        return None
    return text
