"""The content transfer encodings of RFC 2045, whole and in pieces."""

from __future__ import annotations

import sys
from binascii import a2b_qp, b2a_base64
from struct import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LINE = 57
"""Octets of a line of base64, which are 76 characters."""
_LINES = 1024
"""Lines of base64 made at once; four times as many are slower again, for they need memory of the system each time."""
_BLOCK = _LINE * _LINES
_BLOCK_LINES = Struct("76s" * _LINES)
_NEXT_LINES = Struct("0s" + "76s" * _LINES)
"""With an empty line before, so that joining the lines ends the one that came before."""
_FEW_BLOCKS = 16
"""Blocks that `binascii` encodes in the time that it takes to load pybase64."""

_QP_LINE = 72
"""Characters up to which tcllib leaves a line of quoted-printable whole (recorded; RFC 2045 would allow 76)."""
_QP_SAFE = bytes(
    byte for byte in range(256) if byte in b"\t\n\x1f" or (32 <= byte < 127 and byte not in b'!"#$=@[\\]^`{|}~')
)
_QP_WORD_SAFE = _QP_SAFE.translate(None, b"\t?_")
_UNMARK = bytes.maketrans(b"\r\0", b"\n ")
_QP_ENDLESS = 1 << 16
"""Octets of a line from which on it is broken wherever a piece of it ends, so as not to be held in memory."""
_QP_PIECE = 1 << 14
"""Octets that are looked up at once: fewer are faster, and take less memory."""
_QP_FEW = 12
"""Different octets up to which replacing each in turn is faster than looking every octet up."""


def encode_base64(data: bytes, newline: bytes = b"\n") -> bytes:
    """Base64 in lines of 76 characters; after the last one there is no line break."""
    return b"".join(base64_pieces((data,), newline))


def base64_pieces(chunks: Iterable[bytes], newline: bytes = b"\n") -> Iterator[bytes]:
    """The base64 of all chunks together, as `encode_base64` gives it, in pieces of some 77 KiB."""
    rest = b""
    layout = _BLOCK_LINES
    encode = _encoder(0)
    blocks = 0
    for chunk in chunks:
        data = memoryview(rest + chunk if rest else chunk)
        whole = len(data) - len(data) % _BLOCK
        for start in range(0, whole, _BLOCK):
            if blocks == _FEW_BLOCKS:
                encode = _encoder(blocks)
            yield newline.join(layout.unpack(encode(data[start : start + _BLOCK])))
            layout = _NEXT_LINES
            blocks += 1
        rest = bytes(data[whole:])
    if rest:
        text = _encode(rest)
        lines = [text[start : start + 76] for start in range(0, len(text), 76)]
        yield newline.join(lines if layout is _BLOCK_LINES else [b"", *lines])


def _encoder(blocks: int) -> Callable[[bytes | memoryview], bytes]:
    """What encodes the rest of a body after so many blocks: pybase64, ten times as fast, where it is there and pays."""
    if blocks < _FEW_BLOCKS and "pybase64" not in sys.modules:
        return _encode
    try:
        from pybase64 import b64encode
    except ImportError:
        return _encode
    return b64encode


def _encode(octets: bytes | memoryview) -> bytes:
    return b2a_base64(octets, newline=False)


def encode_quoted_printable(
    data: bytes, *, word: bool = False, specials: bool = False, soft_breaks: bool = True
) -> bytes:
    r"""Quoted-printable as tcllib writes it, its lines ended by "\n" as those of `data` are (RFC 2045, 6.7).

    More is quoted than RFC 2045 asks for: what EBCDIC lacks, a line that is one dot, and `From ` at the beginning of a
    line; but neither in the first line, nor after a line of which the end was quoted, nor such a dot in the last line.
    In an encoded `word` a space is written `_` (RFC 2047, 4.2), and with `specials` the characters `_`, `?` and tab are
    quoted (calls of kind qp). Without `soft_breaks` no line is broken.
    """
    if word and specials:
        text = _quote_line_starts(_quote_octets(data, _QP_WORD_SAFE))
    else:
        text = _quote_lines(_quote_octets(data))
    if word:
        text = text.replace(b" ", b"_")
    return _quote_last(_break_lines(text) if soft_breaks else text.translate(_UNMARK))


def quoted_printable_pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The quoted-printable of all chunks together, as `encode_quoted_printable` gives it, a piece for each chunk."""
    start = b""
    rest = b""
    for chunk in chunks:
        data = rest + chunk if rest else chunk
        cut = data.rfind(b"\n") + 1
        if cut:
            lines = _quote_lines(start + _quote_octets(data[:cut]))
            yield _break_lines(lines[len(start) :])
            start = b"\n" if lines.endswith(b"\n") else b""
        elif len(data) > _QP_ENDLESS:
            yield _break_lines(_quote_octets(data)) + b"=\n"
            start = b""
            cut = len(data)
        rest = data[cut:]
    if rest:
        yield _quote_last(_break_lines(_quote_lines(start + _quote_octets(rest))[len(start) :]))


def _quote_last(text: bytes) -> bytes:
    return text[:-1] + b"=%02X" % text[-1] if text.endswith((b" ", b"\t")) else text


def _quote_lines(data: bytes) -> bytes:
    r"""Quote what matters at a line's beginning or end.

    A CR, which is quoted where it is text, stands for a line break that one rule has used up and no other may use, and
    a NUL for the space of such a rule.
    """
    return _quote_line_starts(data.replace(b" \n", b"=20\r").replace(b"\t\n", b"=09\r"))


def _quote_line_starts(data: bytes) -> bytes:
    return data.replace(b"\n.\n", b"\n=2E\r").replace(b"\nFrom ", b"\n=46rom\0")


def _break_lines(data: bytes) -> bytes:
    data = data.translate(_UNMARK)
    lines = data.split(b"\n")
    if len(max(lines, key=len)) <= _QP_LINE:
        return data
    return b"\n".join([line if len(line) <= _QP_LINE else _break(line) for line in lines])


def _quote_octets(data: bytes, safe: bytes = _QP_SAFE) -> bytes:
    quoted = data.translate(None, safe)
    if not quoted:
        return data
    octets = set(quoted)
    if len(octets) > _QP_FEW:
        table = [bytes((octet,)) if octet in safe else b"=%02X" % octet for octet in range(256)]
        pieces = [data[start : start + _QP_PIECE] for start in range(0, len(data), _QP_PIECE)]
        return b"".join([b"".join([table[octet] for octet in piece]) for piece in pieces])
    # The equals sign first: it is in what the others become.
    for octet in sorted(octets, key=b"=".find, reverse=True):
        data = data.replace(bytes((octet,)), b"=%02X" % octet)
    return data


def _break(line: bytes) -> bytes:
    """Break a line that is already quoted after 73 characters, or before the quoted octet that is there."""
    pieces = []
    start = 0
    while len(line) - start > _QP_LINE:
        end = start + _QP_LINE + 1
        if line[end - 1 : end] == b"=":
            end -= 1
        elif line[end - 2 : end - 1] == b"=":
            end -= 2
        pieces.append(line[start:end])
        start = end
    pieces.append(line[start:])
    return b"=\n".join(pieces)


def decode_quoted_printable(text: str, *, word: bool = False) -> str:
    """As `unquote`, for text as Tcl has it: octets are characters up to U+00FF, and wider characters stay."""
    try:
        return unquote(text.encode("latin-1"), word=word).decode("latin-1")
    except UnicodeEncodeError:
        return _unquote_wide(text.replace("_", " ") if word else text)


def unquote(data: bytes, *, word: bool = False) -> bytes:
    r"""Decode quoted-printable as tcllib does (RFC 2045, 6.7).

    Blanks at the end of a line go, an equals sign there joins it with the next, and one that no two hexadecimal digits
    follow stays. Lines end in "\n" only. In an encoded `word` an underscore is a space (RFC 2047, 4.2), and like any
    other it goes at the end of a line (calls of kind qp).
    """
    if word:
        data = data.replace(b"_", b" ")
    if b"\n" in data and (b" \n" in data or (b"\t" in data and b"\t\n" in data)):
        data = b"\n".join([line.rstrip(b" \t") for line in data.split(b"\n")])
    elif data.endswith((b" ", b"\t")):
        data = data.rstrip(b" \t")
    return _unquote_octets(data) if b"=" in data else data


def _unquote_octets(data: bytes) -> bytes:
    """Decode what has no blanks at the end of a line.

    Where each equals sign is part of a quoted octet or ends a line, two octets are gone for it. Of any other `a2b_qp`
    makes something else than tcllib does, so it must be quoted first.
    """
    if b"\r" not in data:
        decoded = a2b_qp(data)
        if len(decoded) == len(data) - 2 * data.count(b"="):
            return decoded
    data = data.replace(b"=\n", b"")
    data = data.replace(b"==", b"=3D=").replace(b"==", b"=3D=")
    data = data.replace(b"=\r", b"=3D\r").replace(b"=\n", b"=3D\n")
    return a2b_qp(data + b"3D" if data.endswith(b"=") else data)


def _unquote_wide(text: str) -> str:
    import re

    text = "\n".join([line.rstrip(" \t") for line in text.split("\n")]).replace("=\n", "")
    return re.sub("=([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), text)
