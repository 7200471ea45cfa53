"""From a Part to the octets of a message."""

from __future__ import annotations

from tclsmtp.errors import MimeError
from tclsmtp.mime.body import KEPT, Body, prepare, wrap
from tclsmtp.mime.headers import header_line
from tclsmtp.mime.part import ENCODINGS, Part

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from tclsmtp.dialect import Dialect

__all__ = ["CHUNK", "KEPT", "chunks", "content_type", "header_pairs", "size"]

CHUNK = 1 << 16
"""Octets that a chunk has at least, unless it is the last."""

_PARAM_INDENT = " " * 14


def chunks(
    part: Part, dialect: Dialect, newline: bytes = b"\r\n", body_newline: bytes | None = None
) -> Iterator[bytes]:
    """The message, in chunks of some 64 KiB; a file is read piece by piece while they are taken.

    Each line of the headers ends in `newline`, each of a body in `body_newline`, by default the same; lines of bodies
    may end in LF or CR LF. With `body_newline` KEPT the bodies of parts that were read keep their line breaks, and
    others have LF. The last line has no line break but the body's own.

    Raises MimeError where a file cannot be read, or a dialect refuses a transfer encoding.
    """
    held: list[bytes] = []
    octets = 0
    for piece in _message(part, dialect, newline, newline if body_newline is None else body_newline):
        held.append(piece)
        octets += len(piece)
        if octets >= CHUNK:
            yield b"".join(held)
            held = []
            octets = 0
    if held:
        yield b"".join(held)


def size(part: Part, dialect: Dialect) -> int:
    """The number of octets that `chunks` gives. Raises as `chunks`."""
    return sum(map(len, chunks(part, dialect)))


def _message(part: Part, dialect: Dialect, newline: bytes, body_newline: bytes) -> Iterator[bytes]:
    """The message in pieces of any length. Parts may stand within each other to any depth."""
    open_parts = [_pieces(part, dialect, newline, body_newline)]
    while open_parts:
        for piece in open_parts[-1]:
            if isinstance(piece, bytes):
                yield piece
            else:
                open_parts.append(_pieces(piece, dialect, newline, body_newline))
                break
        else:
            open_parts.pop()


def _pieces(part: Part, dialect: Dialect, newline: bytes, body_newline: bytes) -> Iterator[bytes | Part]:
    """What a part consists of: octets, and other parts in their places."""
    if part.parts is None:
        body = prepare(part)
        yield _head(part, dialect, newline, content_type(part, body), body.encoding)
        yield from body.pieces(body_newline)
        return
    yield _head(part, dialect, newline, content_type(part), part.encoding)
    if part.content.startswith("message/") or not _is_delimited(part):
        # A message has one message inside; tcllib leaves further ones out.
        if part.wrapped:
            yield from wrap(_message(part.parts[0], dialect, b"\r\n", b"\r\n"), part.encoding, body_newline)
        else:
            yield from part.parts[:1]
        return
    boundary = b"--" + header_line("", part.boundary).encode("ascii")[2:]
    for child in part.parts:
        yield boundary + newline
        yield child
        yield newline
    yield boundary + b"--" + newline


def _is_delimited(part: Part) -> bool:
    """Whether boundaries stand between the parts inside: not in what was a message and lost its end and its type."""
    return part.content.startswith("multipart/") or "boundary" in part.params


def _head(part: Part, dialect: Dialect, newline: bytes, type_value: str, encoding: str) -> bytes:
    """The header lines of a part and the empty line after them."""
    _check_encoding(encoding, dialect)
    lines = [header_line(name, value) for name, value in _pairs(part, dialect, type_value, encoding)]
    lines += ("", "")
    head = "\n".join(lines).encode("ascii")
    return head if newline == b"\n" else head.replace(b"\n", newline)


def header_pairs(part: Part, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """The headers of a part as they go out, not encoded: the generated ones are among them.

    Raises MimeError where the part's file must be looked at and cannot be read, or the dialect refuses its encoding.
    """
    body = None if part.parts is not None else prepare(part)
    encoding = part.encoding if body is None else body.encoding
    _check_encoding(encoding, dialect)
    return _pairs(part, dialect, content_type(part, body), encoding)


def _check_encoding(encoding: str, dialect: Dialect) -> None:
    if dialect.refuses_unknown_encoding and encoding and encoding not in ENCODINGS:
        raise MimeError(f'Can\'t handle content encoding "{encoding}"', ("MIME", "ENCODING", encoding))


def _pairs(part: Part, dialect: Dialect, type_value: str, encoding: str) -> Iterator[tuple[str, str]]:
    yield "MIME-Version", "1.0" if part.version is None else part.version
    yield from part.headers.items()
    # Of a part that was read, every release writes the encoding first.
    encoding_first = dialect.type_after_encoding or part.version is not None
    if not encoding_first:
        yield "Content-Type", type_value
    if encoding:
        yield "Content-Transfer-Encoding", encoding
    if encoding_first:
        yield "Content-Type", type_value


def content_type(part: Part, body: Body | None = None) -> str:
    r"""The value of Content-Type, a parameter a line, their lines joined by "\n".

    `body` says what charset a leaf has in truth; without it the part's own parameters count.
    """
    content, params = (part.content, part.params) if body is None else (body.content, body.params)
    text = content + "".join(f';\n{_PARAM_INDENT}{name}="{value}"' for name, value in params.items())
    if part.content.startswith("multipart/") and "boundary" not in params:
        text += f';\n{_PARAM_INDENT}boundary="{part.boundary}"'
    return text
