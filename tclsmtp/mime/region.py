"""A stretch of a message that was read: where a body is, and how it is had when it is asked for."""

from __future__ import annotations

from tclsmtp.errors import MimeError
from tclsmtp.mime.files import blocks_of, read_range, unix_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_UNENCODED = ("", "7bit", "8bit", "binary")


class Region:
    """The octets of a body as it stands in a message, from `start` up to `end`, in memory or in the file of that path.

    `unix` says that each CR LF in them counts as LF, `wide` that they are the UTF-8 of text that has characters over
    U+00FF. A file is opened when it is read; its octets at that place are the body, whatever they are by then.
    """

    __slots__ = ("_octets", "_path", "end", "start", "unix", "wide")

    def __init__(
        self, octets: bytes, path: str | bytes | None, start: int, end: int, unix: bool = False, wide: bool = False
    ) -> None:
        self._octets = octets
        self._path = path
        self.start = start
        self.end = end
        self.unix = unix
        self.wide = wide

    @property
    def in_file(self) -> bool:
        """Whether the octets are in a file, to be read from it when they are asked for."""
        return self._path is not None

    def raw(self) -> Iterator[bytes]:
        """The octets, not decoded, in pieces. Raises MimeError where the file cannot be read."""
        if self._path is not None:
            return read_range(self._path, self.start, self.end - self.start)
        octets = self._octets[self.start : self.end]
        return unix_lines((octets,)) if self.unix else iter((octets,))

    def size(self, encoding: str) -> int:
        """What the size of the body is said to be: three quarters of it for base64, else its octets or characters."""
        size = self.end - self.start
        if self.wide:
            size = len(b"".join(self.raw()).decode("utf-8", "surrogatepass"))
        elif self.unix:
            size -= self._octets.count(b"\r\n", self.start, self.end)
        return (3 * size + 2) // 4 if encoding == "base64" else size

    def pieces(self, encoding: str) -> Iterator[bytes]:
        """The body without its transfer encoding, in pieces of any length; that of `wide` text as UTF-8.

        Raises MimeError where the file cannot be read, and for base64 that ends within an octet; where a body of a file
        is in an encoding that is not known, as tcllib does (recorded; text in memory is then taken as it is).
        """
        if encoding in _UNENCODED:
            return self.raw()
        if encoding == "base64":
            from tclsmtp.mime.transfer import decode_base64

            return decode_base64(self.raw(), self.in_file)
        if encoding == "quoted-printable":
            return self._unquoted()
        if self._path is not None and self.end > self.start:
            raise MimeError(f'Can\'t handle content encoding "{encoding}"', ("MIME", "ENCODING", encoding))
        return self.raw()

    def _unquoted(self) -> Iterator[bytes]:
        if not self.wide:
            from tclsmtp.mime.transfer import decode_quoted_printable

            return decode_quoted_printable(self.raw())
        from tclsmtp.mime.codecs import decode_quoted_printable as decode_text

        text = decode_text(b"".join(self.raw()).decode("utf-8", "surrogatepass"))
        return iter((text.encode("utf-8", "surrogatepass"),))

    def read(self, encoding: str) -> str | bytes:
        """The whole body without its transfer encoding. Raises as `pieces`."""
        octets = b"".join(self.pieces(encoding))
        return octets.decode("utf-8", "surrogatepass") if self._is_text(encoding) else octets

    def _is_text(self, encoding: str) -> bool:
        return self.wide and encoding != "base64"

    def blocks(self, encoding: str, length: int) -> Iterator[str | bytes]:
        """The body without its transfer encoding, in blocks of so many octets or characters.

        Raises as `pieces`, for a body in memory before the first block.
        """
        if self.in_file:
            yield from blocks_of(self.pieces(encoding), length)
            return
        body = self.read(encoding)
        for start in range(0, len(body), length):
            yield body[start : start + length]
