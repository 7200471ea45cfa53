"""Part: one part of a message, or a whole one, as tcllib's mime package knows it."""

from __future__ import annotations

import os
import time
from itertools import count

from tclsmtp.errors import MimeError
from tclsmtp.mime.files import blocks_of, file_size, read_file
from tclsmtp.mime.headers import Headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import EmailMessage

    from tclsmtp.mime.region import Region

__all__ = ["ENCODINGS", "RESERVED", "Headers", "Part", "add_param", "check_encoding", "check_header", "unique_id"]

ENCODINGS = ("7bit", "8bit", "binary", "quoted-printable", "base64")
RESERVED = {
    "content-type": "use -canonical instead of -header {}",
    "content-transfer-encoding": "use -encoding instead of -header {}",
    "content-md5": "don't go there...",
    "mime-version": "don't go there...",
}
"""Headers that a part writes itself, and how tcllib refuses each."""
_numbers = count(1)


class Part:
    """A part: its content type and parameters, its headers, and either a body or the parts inside it.

    `content` is the type in lower case; `params` the parameters, in their order, with names in lower case; `encoding`
    the transfer encoding that was asked for, "" for the one that suits the body. A body is `data` (str as Tcl has it,
    or bytes), the file `path`, or in a part that was read from a message `region`, still encoded: it goes out as it
    came in. `parts` is None for a leaf.

    `version` is the MIME-Version that a part was read with, None if it was made. `wrapped` says that the part inside
    was read from an encoded message, and is encoded again when it goes out.
    """

    __slots__ = (
        "_boundary",
        "content",
        "data",
        "encoding",
        "headers",
        "params",
        "parts",
        "path",
        "region",
        "version",
        "wrapped",
    )

    def __init__(
        self,
        content: str,
        params: dict[str, str],
        encoding: str,
        headers: Headers,
        data: str | bytes | None,
        path: str | bytes | None,
        parts: list[Part] | None,
        version: str | None = None,
        region: Region | None = None,
        wrapped: bool = False,
    ) -> None:
        self.content = content
        self.params = params
        self.encoding = encoding
        self.headers = headers
        self.data = data
        self.path = path
        self.parts = parts
        self.version = version
        self.region = region
        self.wrapped = wrapped
        self._boundary = ""

    @classmethod
    def create(
        cls,
        content: str,
        *,
        params: Iterable[tuple[str, str]] = (),
        encoding: str = "",
        headers: Iterable[tuple[str, str]] = (),
        data: str | bytes | None = None,
        path: str | bytes | None = None,
        parts: Iterable[Part] | None = None,
    ) -> Part:
        """A new part, with a Content-ID unless the headers have one.

        In text given as str, characters up to U+00FF stand for bytes, as in a Tcl string. A file is read when the part
        is built, not now.

        Raises MimeError, in tcllib's words, for what does not fit together.
        """
        known = Headers()
        for name, value in headers:
            check_header(name, f"{name} {value}")
            known.add(name, value)
        return cls.assemble(content, _unique(params), check_encoding(encoding), known, data, path, parts)

    @classmethod
    def parse(cls, message: bytes | str | os.PathLike[str]) -> Part:
        """The part that a message says: given as bytes, or as the path of a file that holds it.

        Bytes are read as strictly as by `mime::initialize -string`, a file as forgivingly as by `-file`; its bodies
        stay in the file and are read when they are asked for. `read` and `blocks` undo the transfer encoding.

        Raises MimeError, in tcllib's words, for a message that cannot be read (a line of its header that is no field, a
        multipart without boundary or end) or is beyond the limits of `tclsmtp.mime.parse`; see RFC 5322 and 2046.
        """
        from tclsmtp.mime.parse import parse_file, parse_octets

        return parse_octets(message) if isinstance(message, bytes) else parse_file(os.fspath(message))

    @classmethod
    def assemble(
        cls,
        content: str,
        params: dict[str, str],
        encoding: str,
        headers: Headers,
        data: str | bytes | None,
        path: str | bytes | None,
        parts: Iterable[Part] | None,
    ) -> Part:
        """As `create`, from pieces that were checked one by one."""
        content = content.lower()
        if (data is not None) + (path is not None) + (parts is not None) != 1:
            raise MimeError("specify exactly one of -file, -parts, or -string")
        if parts is not None:
            parts = list(parts)
            if not content.startswith(("multipart/", "message/")):
                raise MimeError(f"-canonical {content} and -parts do not mix")
            if encoding:
                raise MimeError("-encoding and -parts do not mix")
        if "content-id" not in headers:
            headers.add("Content-ID", unique_id())
        return cls(content, params, encoding, headers, data, path, parts)

    @property
    def is_leaf(self) -> bool:
        """Whether the part has a body of its own, and no parts inside."""
        return self.parts is None

    def __iter__(self) -> Iterator[Part]:
        """The parts inside, none for a leaf."""
        return iter(self.parts or ())

    def __bytes__(self) -> bytes:
        """The message as it goes out, in the default dialect. Raises as `build.chunks`."""
        from tclsmtp.dialect import DEFAULT
        from tclsmtp.mime.build import chunks

        return b"".join(chunks(self, DEFAULT))

    def __repr__(self) -> str:
        if self.parts is not None:
            inside = f"{len(self.parts)} parts"
        elif self.region is not None:
            inside = f"{self.region.size(self.encoding)} octets"
        else:
            inside = f"path={self.path!r}" if self.data is None else f"{len(self.data)} characters"
        return f"<Part {self.content} {inside}>"

    def body_size(self) -> int:
        """The length of the body before it is encoded, or of all bodies inside.

        Octets, or characters where some are wider. In a part that was read it is what the encoded body takes, or for
        base64 three quarters of it, as tcllib has it. Raises MimeError where the file does not exist.
        """
        size = 0
        parts = [self]
        while parts:
            part = parts.pop()
            if part.parts is not None:
                parts += part.parts
            elif part.region is not None:
                size += part.region.size(part.encoding)
            else:
                size += len(part.data) if part.data is not None else file_size(part.path or "")
        return size

    def blocks(self, length: int) -> Iterator[str | bytes]:
        """The body of a leaf, without its transfer encoding, in blocks of so many octets or characters.

        Of a body in a file no more is in memory than a block and what is read at once. Raises MimeError where the file
        cannot be read, or the transfer encoding is broken or not known.
        """
        data = self.data
        if self.region is not None:
            yield from self.region.blocks(self.encoding, length)
        elif data is None:
            yield from blocks_of(read_file(self.path or ""), length)
        else:
            for start in range(0, len(data), length):
                yield data[start : start + length]

    def read(self) -> str | bytes:
        """The whole body of a leaf, without its transfer encoding. Raises as `blocks`."""
        if self.region is not None:
            return self.region.read(self.encoding)
        if self.data is not None:
            return self.data
        return b"".join(read_file(self.path or ""))

    @property
    def boundary(self) -> str:
        """What stands between the parts inside: the parameter of that name, or a text made up once."""
        given = self.params.get("boundary")
        if given is not None:
            return given
        if not self._boundary:
            self._boundary = _make_boundary()
        return self._boundary

    def with_headers(self, headers: Headers) -> Part:
        """A part that has these headers and shares all else with this one."""
        other = Part(
            self.content,
            self.params,
            self.encoding,
            headers,
            self.data,
            self.path,
            self.parts,
            self.version,
            self.region,
            self.wrapped,
        )
        other._boundary = self._boundary
        return other

    @classmethod
    def from_email(cls, message: EmailMessage) -> Part:
        """The part that says what `message` says; see `tclsmtp.mime.convert`. Raises MimeError where none can."""
        from tclsmtp.mime.convert import from_email

        return from_email(message)

    def to_email(self) -> EmailMessage:
        """This part as an EmailMessage; see `tclsmtp.mime.convert`. Raises as `build.chunks`."""
        from tclsmtp.mime.convert import to_email

        return to_email(self)


def check_header(name: str, given: str) -> None:
    """Refuse, in tcllib's words, a header that the part writes itself. Raises MimeError, which quotes `given`."""
    refusal = RESERVED.get(name.lower())
    if refusal:
        raise MimeError(refusal.format(given))


def check_encoding(encoding: str) -> str:
    """A content transfer encoding in lower case, or "". Raises MimeError for one that is unknown."""
    known = encoding.lower()
    if known and known not in ENCODINGS:
        raise MimeError(f"unknown value for -encoding {encoding}")
    return known


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    params: dict[str, str] = {}
    for name, value in pairs:
        add_param(params, name, value)
    return params


def add_param(params: dict[str, str], name: str, value: str) -> None:
    """Add a parameter to those of a part. Raises MimeError for one that is there already, in any case of letters."""
    if name.lower() in params:
        raise MimeError(f"the {name} parameter may be specified at most once")
    params[name.lower()] = value


def unique_id(host: str = "") -> str:
    """A text that no message has had yet, as `mime::uniqueID` makes it: `<pid.seconds.number@host>`."""
    return f"<{os.getpid()}.{int(time.time())}.{next(_numbers)}@{host or os.uname().nodename}>"


def _make_boundary() -> str:
    from binascii import b2a_base64

    return "----- =_" + b2a_base64(os.urandom(16).hex().upper().encode(), newline=False).decode()
