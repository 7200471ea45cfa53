"""The body of a leaf on its way out: its octets, how they are labelled, and the transfer encoding that suits them."""

from __future__ import annotations

import codecs

from tclsmtp.mime.charsets import LATIN, python_codec
from tclsmtp.mime.codecs import base64_pieces, encode_base64, encode_quoted_printable, quoted_printable_pieces
from tclsmtp.mime.files import Scan, line_groups, read_file, read_small_file, unix_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tclsmtp.mime.part import Part
    from tclsmtp.mime.region import Region

KEPT = b""
"""In place of a line break: the body keeps those that it was read with."""

_BINARY_TYPES = ("image", "audio", "video")
_CONTAINER_TYPES = ("multipart", "message")
_LONGEST_LINE = 76
_PRINTABLE = bytes((9, 10, *range(32, 127)))
_BLANKS_ALIKE = bytes.maketrans(b"\t\0\v\f\r", b"     ")
"""Makes a space of whatever tcllib takes for a blank at the end of a line."""


class Body:
    """What is known of a leaf's body before it is written.

    `content` and `params` are the part's own, with the charset corrected; `encoding` is the transfer encoding, "" where
    none is named. The octets are in memory, or in a file whose characters U+0000 to U+00FF are to be encoded with
    `recode` where that is not "", or they were `read`, encoded, from a message, and go out as they are.
    """

    __slots__ = ("content", "encoding", "octets", "params", "path", "read", "recode")

    def __init__(self, part: Part) -> None:
        self.content = part.content
        self.params = part.params
        self.encoding = ""
        self.octets: bytes | None = None
        self.path: str | bytes | None = None
        self.recode = ""
        self.read: Region | None = None

    def pieces(self, newline: bytes) -> Iterator[bytes]:
        """The body as it goes out, in pieces of a few dozen KiB; each line break is `newline`.

        KEPT stands for LF, but in a body that was read for whatever it was. Raises MimeError where the file cannot be
        read.
        """
        if self.read is not None:
            yield from self.read.raw() if newline == KEPT else _with_breaks(unix_lines(self.read.raw()), newline)
            return
        newline = newline or b"\n"
        if self.octets is not None:
            yield self._whole(self.octets, newline)
            return
        source = self._read()
        if self.encoding == "base64":
            yield from base64_pieces(source, newline)
            return
        lines = unix_lines(source)
        if self.encoding == "quoted-printable":
            lines = quoted_printable_pieces(lines)
        yield from _with_breaks(lines, newline)

    def _whole(self, octets: bytes, newline: bytes) -> bytes:
        if self.encoding == "base64":
            return encode_base64(octets, newline)
        if b"\r" in octets:
            octets = octets.replace(b"\r\n", b"\n")
        if self.encoding == "quoted-printable":
            octets = encode_quoted_printable(octets)
        return octets if newline == b"\n" else octets.replace(b"\n", newline)

    def _read(self) -> Iterator[bytes]:
        pieces = read_file(self.path or "")
        if not self.recode:
            return pieces
        return codecs.iterencode((piece.decode("latin-1") for piece in pieces), self.recode)


def _with_breaks(lines: Iterator[bytes], newline: bytes) -> Iterator[bytes]:
    return lines if newline == b"\n" else (piece.replace(b"\n", newline) for piece in lines)


def wrap(message: Iterator[bytes], encoding: str, newline: bytes) -> Iterator[bytes]:
    """A whole message in a transfer encoding, base64 or quoted-printable."""
    if encoding == "base64":
        return base64_pieces(message, newline or b"\n")
    return _with_breaks(quoted_printable_pieces(unix_lines(message)), newline or b"\n")


def prepare(part: Part) -> Body:
    """Decide how the body of a leaf goes out. Raises MimeError where its file cannot be read."""
    body = Body(part)
    if part.region is not None and not part.region.wide:
        body.read = part.region
        body.encoding = part.encoding
        return body
    family, slash, _ = part.content.partition("/")
    family = family if slash else ""  # without a subtype tcllib takes no type for one that it knows (observed)
    data = part.data if part.region is None else part.read()
    if data is None:
        data = read_small_file(part.path or "")
        if data is None:
            _prepare_file(part, body, family, part.path or "")
            return body
    if data.isascii():
        body.octets = data.encode("ascii") if isinstance(data, str) else data
        body.encoding = part.encoding or _suitable(part, family, body.octets)
    else:
        _prepare_wide(part, body, family, data)
    return body


def _prepare_wide(part: Part, body: Body, family: str, data: str | bytes) -> None:
    charset = _charset(part)
    label = charset
    if family == "text":
        body.octets, label = _label(data, charset)
        _relabel(body, charset, label)
    else:
        body.octets = data if isinstance(data, bytes) else _octets(data, charset)
    body.encoding = part.encoding
    if body.encoding in ("", "7bit") and family not in _CONTAINER_TYPES:
        body.encoding = _suitable(part, family, body.octets) or _encoding_of(label)


def _prepare_file(part: Part, body: Body, family: str, path: str | bytes) -> None:
    body.path = path
    body.encoding = part.encoding
    if family == "text":
        _prepare_text_file(part, body, path)
    elif family in _CONTAINER_TYPES:
        return
    elif not part.encoding:
        plain = family not in _BINARY_TYPES and all(map(_is_plain, line_groups(read_file(path))))
        body.encoding = "" if plain else "base64"
    elif part.encoding == "7bit" and not all(map(bytes.isascii, read_file(path))):
        body.encoding = "base64"


def _prepare_text_file(part: Part, body: Body, path: str | bytes) -> None:
    charset = _charset(part)
    scan = Scan(unix_lines(read_file(path)), _codec(charset), _is_printable, _needs_quoting)
    label = charset
    if not scan.ascii:
        label, body.recode = _label_file(scan, charset)
        _relabel(body, charset, label)
    if not part.encoding or (part.encoding == "7bit" and not scan.ascii):
        body.encoding = _choose(part, "text", scan.printable, scan.needs_quoting)
        if not scan.ascii:
            body.encoding = body.encoding or _encoding_of(label)


def _encoding_of(label: str) -> str:
    """The encoding of text that tcllib would send raw: the one it chooses where it does not."""
    return "quoted-printable" if label in LATIN else "base64"


def _label(data: str | bytes, charset: str) -> tuple[bytes, str]:
    """The octets of text that is not ASCII, and their charset (deviation eight-bit).

    Octets that are valid in the charset given stay. Others are characters and are encoded in it, or in utf-8 where it
    lacks them. With no charset they are utf-8 if valid as such, else iso-8859-1.
    """
    octets = _latin(data)
    codec = _codec(charset)
    if octets is not None:
        if codec is None or _decodes(octets, codec):
            return octets, charset if codec is None or not _is_open(charset) else "utf-8"
        if _is_open(charset):
            return octets, "iso-8859-1"
    text = data if isinstance(data, str) else data.decode("latin-1")
    if codec is not None:
        try:
            return text.encode(codec), "utf-8" if _is_open(charset) else charset
        except UnicodeEncodeError:
            pass
    return text.encode("utf-8", "replace"), "utf-8"


def _label_file(scan: Scan, charset: str) -> tuple[str, str]:
    """As `_label`, for a file: its charset, and the codec that its octets, as characters, are to be encoded with."""
    if scan.valid:
        return "utf-8" if _is_open(charset) else charset, ""
    if _is_open(charset):
        return "iso-8859-1", ""
    codec = _codec(charset)
    return (charset, codec) if codec and scan.can_become(codec) else ("utf-8", "utf-8")


def _is_open(charset: str) -> bool:
    """Whether a charset leaves open what characters beyond ASCII mean."""
    return charset in ("", "us-ascii")


def _codec(charset: str) -> str | None:
    return "utf-8" if _is_open(charset) else python_codec(charset)


def _octets(text: str, charset: str) -> bytes:
    """Characters as bytes; if one does not fit, all are encoded in the charset, or in utf-8 where that lacks them."""
    octets = _latin(text)
    if octets is not None:
        return octets
    try:
        return text.encode(_codec(charset) or "utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _latin(data: str | bytes) -> bytes | None:
    if isinstance(data, bytes):
        return data
    try:
        return data.encode("latin-1")
    except UnicodeEncodeError:
        return None


def _decodes(octets: bytes, codec: str) -> bool:
    try:
        octets.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _charset(part: Part) -> str:
    """The charset of a part in lower case, from its parameters or from what stands behind its content type; or ""."""
    given = part.params.get("charset")
    if given is not None:
        return given.lower()
    for item in part.content.split(";")[1:]:
        name, _, value = item.partition("=")
        if name.strip() == "charset":
            return value.strip().strip('"')
    return ""


def _relabel(body: Body, charset: str, label: str) -> None:
    if label != charset:
        kept = [item for item in body.content.split(";") if not item.strip().startswith("charset=")]
        body.content = ";".join(kept)
        body.params = {**body.params, "charset": label}


def _suitable(part: Part, family: str, octets: bytes) -> str:
    if family == "text" and b"\r" in octets:
        octets = octets.replace(b"\r\n", b"\n")
    needs_quoting = _needs_quoting(octets)
    # Text whose charset tcllib does not look at need not be gone through for what is printable.
    if family == "text" and part.params.get("charset", "").lower() in LATIN:
        return "quoted-printable" if needs_quoting else ""
    return _choose(part, family, _is_printable(octets), needs_quoting)


def _choose(part: Part, family: str, printable: bool, needs_quoting: bool) -> str:
    """The transfer encoding that tcllib chooses where none is asked for (observed; the recordings agree)."""
    if family in _CONTAINER_TYPES:
        return ""
    if family in _BINARY_TYPES:
        return "base64"
    if family != "text":
        return "" if printable and not needs_quoting else "base64"
    if not printable and part.params.get("charset", "").lower() not in LATIN:
        return "base64"
    return "quoted-printable" if needs_quoting else ""


def _is_plain(lines: bytes) -> bool:
    return _is_printable(lines) and not _needs_quoting(lines)


def _is_printable(text: bytes) -> bool:
    return not text.translate(None, _PRINTABLE)


def _needs_quoting(text: bytes) -> bool:
    """Whether a line is longer than 76 octets, begins with a dot or with `From `, or ends in a blank.

    Each test is one pass at the speed of C; together they take some 6 us for 1 KiB.
    """
    if text.startswith((b".", b"From ", b">From ")) or b"\n." in text:
        return True
    if b"From " in text and (b"\nFrom " in text or b"\n>From " in text):
        return True
    text = text.translate(_BLANKS_ALIKE)
    if b" \n" in text or text.endswith(b" "):
        return True
    return len(max(text.split(b"\n"), key=len)) > _LONGEST_LINE
