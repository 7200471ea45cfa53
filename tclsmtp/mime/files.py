"""Files as bodies: read in pieces, and looked through without being held in memory."""

from __future__ import annotations

import codecs

from tclsmtp.errors import MimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PIECE = 57 * 1024
"""Octets that are read at once: whole lines of base64."""
IN_MEMORY = 4 * PIECE
"""Octets up to which a file is read whole."""
_ENDLESS = 1 << 16
"""Octets of a line from which on it is looked at in pieces."""
_ASCII = bytes(range(128))


def read_file(path: str | bytes, length: int = PIECE) -> Iterator[bytes]:
    """The octets of a file, in pieces of that many. Raises MimeError where it cannot be read, in the words of Tcl."""
    try:
        with open(path, "rb") as file:
            while piece := file.read(length):
                yield piece
    except OSError as error:
        raise unreadable(path, error) from error


def read_range(path: str | bytes, start: int, length: int) -> Iterator[bytes]:
    """So many octets of a file from an offset on, fewer where it ends, in pieces. Raises as `read_file`."""
    try:
        with open(path, "rb") as file:
            file.seek(start)
            while length > 0 and (piece := file.read(min(length, PIECE))):
                yield piece
                length -= len(piece)
    except OSError as error:
        raise unreadable(path, error) from error


def blocks_of(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The same octets in blocks of so many; the last one may be shorter."""
    held: list[bytes] = []
    octets = 0
    for piece in pieces:
        held.append(piece)
        octets += len(piece)
        if octets >= length:
            data = b"".join(held)
            end = octets - octets % length
            for start in range(0, end, length):
                yield data[start : start + length]
            held = [data[end:]]
            octets -= end
    if octets:
        yield b"".join(held)


def read_small_file(path: str | bytes) -> bytes | None:
    """The octets of a file, None where there are too many to hold. Raises as `read_file`."""
    try:
        with open(path, "rb") as file:
            octets = file.read(IN_MEMORY + 1)
    except OSError as error:
        raise unreadable(path, error) from error
    return octets if len(octets) <= IN_MEMORY else None


def file_size(path: str | bytes) -> int:
    """The octets of a file. Raises MimeError where it does not exist, in the words of Tcl."""
    import os

    try:
        return os.stat(path).st_size
    except OSError as error:
        raise _posix_error("could not read", path, error) from error


def unreadable(path: str | bytes, error: OSError) -> MimeError:
    """The error for a file that cannot be read, in the words of Tcl."""
    return _posix_error("couldn't open", path, error)


def _posix_error(what: str, path: str | bytes, error: OSError) -> MimeError:
    import errno
    import os

    reason = (error.strerror or str(error)).lower()
    name = errno.errorcode.get(error.errno or 0, "EIO")
    return MimeError(f'{what} "{os.fsdecode(path)}": {reason}', ("POSIX", name, reason))


def unix_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    r"""The same octets with "\n" for each CR LF, also for one that two pieces share."""
    held = b""
    for piece in pieces:
        data = held + piece if held else piece
        held = b"\r" if data.endswith(b"\r") else b""
        yield data[: len(data) - len(held)].replace(b"\r\n", b"\n")
    if held:
        yield held


class Scan:
    """What there is to know of the octets of a file before they are written.

    `ascii` and `valid` say whether they are ASCII, and text in the codec given; `printable` and `needs_quoting` what
    the functions of these names say of all lines.
    """

    def __init__(
        self,
        pieces: Iterable[bytes],
        codec: str | None,
        printable: Callable[[bytes], bool],
        needs_quoting: Callable[[bytes], bool],
    ) -> None:
        self.ascii = self.valid = self.printable = True
        self.needs_quoting = False
        self._high: set[int] = set()
        decoder = codecs.getincrementaldecoder(codec)() if codec else None
        for lines in line_groups(pieces):
            if not lines.isascii():
                self.ascii = False
                self._high.update(lines.translate(None, _ASCII))
            if decoder and self.valid:
                self.valid = _is_text(decoder, lines)
            self.printable = self.printable and printable(lines)
            self.needs_quoting = self.needs_quoting or needs_quoting(lines)
        if decoder and self.valid:
            self.valid = _is_text(decoder, b"", last=True)

    def can_become(self, codec: str) -> bool:
        """Whether that codec has all characters of the file, its octets taken as U+0000 to U+00FF."""
        try:
            bytes(self._high).decode("latin-1").encode(codec)
        except UnicodeEncodeError:
            return False
        return True


def _is_text(decoder: codecs.IncrementalDecoder, octets: bytes, last: bool = False) -> bool:
    try:
        decoder.decode(octets, last)
    except UnicodeDecodeError:
        return False
    return True


def line_groups(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Regroup octets so that each piece ends where a line does, but for an endless one."""
    held = b""
    for piece in pieces:
        data = held + piece if held else piece
        end = data.rfind(b"\n") + 1
        if not end and len(data) > _ENDLESS:
            end = len(data)
        if end:
            yield data[:end]
        held = data[end:]
    if held:
        yield held
