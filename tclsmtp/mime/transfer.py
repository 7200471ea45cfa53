"""Content transfer encodings undone, piece by piece and forgivingly, as tcllib does (observed)."""

from __future__ import annotations

from binascii import a2b_base64, a2b_qp

from tclsmtp.errors import MimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(byte for byte in range(256) if byte not in _ALPHABET)
_ENDLESS = 1 << 16
"""Octets of a line from which on it is decoded in pieces, so as not to be held in memory."""


def decode_base64(pieces: Iterable[bytes], last_line_apart: bool = False) -> Iterator[bytes]:
    """The octets that base64 stands for. What is no letter of its alphabet is skipped, padding included.

    tcllib reads what follows the last line break of a file apart from all before (recorded).

    Raises MimeError, in tcllib's words, for one letter too many at the end.
    """
    rest = b""
    before = 0
    line = b""
    for piece in pieces:
        if last_line_apart:
            piece, line = _whole_lines(line + piece if line else piece)
        letters = rest + piece.translate(None, _NOT_BASE64)
        whole = len(letters) & ~3
        if whole:
            yield a2b_base64(letters[:whole])
        before += whole
        rest = letters[whole:]
    if len(rest) == 1:
        raise MimeError(f'invalid base64 character "{rest.decode("ascii")}" at position {before}', ("MIME", "BASE64"))
    if rest:
        yield a2b_base64(rest + b"=" * (4 - len(rest)))
    if line:
        yield from decode_base64((line,))


def _whole_lines(data: bytes) -> tuple[bytes, bytes]:
    end = data.rfind(b"\n") + 1
    if not end and len(data) > _ENDLESS:
        end = len(data)
    return data[:end], data[end:]


def decode_quoted_printable(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The octets that quoted-printable stands for; what is not quoted as RFC 2045, 6.7 says stays as it is.

    Blanks at the end of a line go. A line break is LF: after a CR nothing is soft and no blank goes.
    """
    held = b""
    for piece in pieces:
        data = held + piece if held else piece
        end = data.rfind(b"\n") + 1
        if end:
            joined = _join_lines(data[:end])
            kept = len(joined) if joined.endswith(b"\n") else _begun_octet(joined)
            yield _unquote(joined[:kept])
            # However many soft breaks stood between the halves of a quoted octet, one will do.
            held = joined[kept:] + b"=\n" + data[end:] if kept < len(joined) else data[end:]
        elif len(data) > _ENDLESS:
            end = _safe_end(data)
            yield _unquote(data[:end])
            held = data[end:]
        else:
            held = data
    if held:
        yield _unquote(_join_lines(held.rstrip(b" \t")))


def _begun_octet(line: bytes) -> int:
    """Where the quoted octet begins that a line which goes on may end in; the line's length where there is none."""
    quote = line.rfind(b"=", max(0, len(line) - 2))
    return quote if quote >= 0 else len(line)


def _safe_end(data: bytes) -> int:
    """Where an endless line may be cut: not within a quoted octet, and before blanks that may be its last."""
    end = len(data.rstrip(b" \t"))
    quote = data.rfind(b"=", max(0, end - 3), end)
    end = quote if quote >= 0 else end
    return end if len(data) - end < _ENDLESS else len(data)


def _join_lines(data: bytes) -> bytes:
    """Text without the blanks at the end of its lines, and without its soft line breaks."""
    if b" \n" in data or b"\t\n" in data:
        data = b"\n".join([line.rstrip(b" \t") for line in data.split(b"\n")])
    return data.replace(b"=\n", b"")


def _unquote(data: bytes) -> bytes:
    if b"=" not in data:
        return data
    # Where `a2b_qp` is of another mind than tcllib about an equals sign that quotes nothing, it is quoted first.
    if b"==" in data:
        data = data.replace(b"==", b"=3D=").replace(b"==", b"=3D=")
    if b"=\n" in data or b"=\r" in data:
        data = data.replace(b"=\n", b"=3D\n").replace(b"=\r", b"=3D\r")
    if data.endswith(b"="):
        data = data[:-1] + b"=3D"
    return a2b_qp(data)
