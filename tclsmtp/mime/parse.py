"""From the octets of a message to its parts, in one pass and without holding a file in memory.

What is read, and how broken messages are, follows the recorded calls of kind parse and tcllib's answers where those
say nothing. Text in memory is read strictly, as by `mime::initialize -string`: a multipart that has no end is an error.
A file is read forgivingly, as by `-file`: what follows the last boundary that was found is a part of its own, of type
application/octet-stream, or none if its header cannot be read.
"""

from __future__ import annotations

from tclsmtp.errors import MimeError
from tclsmtp.mime.fields import Fields
from tclsmtp.mime.files import unreadable
from tclsmtp.mime.headers import Headers
from tclsmtp.mime.part import Part
from tclsmtp.mime.region import Region
from tclsmtp.mime.scan import Scanner

MAX_DEPTH = 200
"""Parts within parts. Mail has some ten; scripts and Python's email package walk down a message by recursion, for which
Tcl and Python allow a thousand calls."""
MAX_PARTS = 50_000
"""Parts of a message. A large digest has some thousands; a part takes about 1 KiB."""
MAX_HEADER = 1 << 22
"""Octets of the header of a part. It is held in memory, with copies while it is read; the longest in use, lists of
100,000 recipients, are of this size."""
MAX_FIELDS = 500_000
"""Header fields and parameters of a message: an empty one of three octets takes some 300 in memory."""
MAX_HEADERS = 1 << 26
"""Octets of all headers of a message together."""
ENCODED_DEPTH = 16
"""Parts within parts that a message counts for which is encoded as a whole: it is copied to be read and to be built."""

_LEAF, _MULTIPART, _MESSAGE, _ENCODED = range(4)


def parse_text(text: str) -> Part:
    """The part that a Tcl string says, its characters up to U+00FF standing for octets.

    Raises MimeError, in tcllib's words, where it cannot be read, and with the errorcode MIME LIMIT beyond the limits.
    """
    try:
        return parse_octets(text.encode("latin-1"))
    except UnicodeEncodeError:
        return _Parser(_Source(text.encode("utf-8", "surrogatepass"), None, True), _Limits(), 0).run()


def parse_octets(octets: bytes) -> Part:
    """The part that these octets say. Raises as `parse_text`."""
    return _Parser(_Source(octets, None, False), _Limits(), 0).run()


def parse_file(path: str | bytes) -> Part:
    """The part that a file says. Its bodies stay there and are read when they are asked for.

    Raises MimeError as `parse_text`, and where the file cannot be read.
    """
    try:
        with open(path, "rb", buffering=0) as file:
            return _Parser(_Source(b"", path, False), _Limits(), 0, Scanner(b"", file)).run()
    except OSError as error:
        raise unreadable(path, error) from error


class _Limits:
    """What is left of the limits on a whole message."""

    def __init__(self) -> None:
        self.parts = MAX_PARTS
        self.fields = MAX_FIELDS
        self.octets = MAX_HEADERS

    def take(self, parts: int, fields: int, octets: int) -> None:
        self.parts -= parts
        self.fields -= fields
        self.octets -= octets
        if self.parts < 0:
            raise _too_much("PARTS", f"more than {MAX_PARTS} parts")
        if self.fields < 0:
            raise _too_much("FIELDS", f"more than {MAX_FIELDS} header fields and parameters")
        if self.octets < 0:
            raise _too_much("HEADERS", f"more than {MAX_HEADERS} octets of headers")


def _too_much(what: str, text: str) -> MimeError:
    return MimeError(f"message with {text}", ("MIME", "LIMIT", what))


class _Source:
    """Where the octets come from: memory, or the file of that path."""

    __slots__ = ("octets", "path", "wide")

    def __init__(self, octets: bytes, path: str | bytes | None, wide: bool) -> None:
        self.octets = octets
        self.path = path
        self.wide = wide

    def text(self, octets: bytes) -> str:
        return octets.decode("utf-8", "surrogatepass") if self.wide else octets.decode("latin-1")

    def octets_of(self, text: str) -> bytes | None:
        """The octets of a text, None where no line of the message can have it."""
        try:
            return text.encode("utf-8", "surrogatepass") if self.wide else text.encode("latin-1")
        except UnicodeEncodeError:
            return None


class _Open:
    """A part that is being read: its header is known, its end is not.

    `error` is what is wrong with it or within it; whoever it belongs to decides what comes of that. In a multipart,
    `begun` and `closed` say that its boundary came, and its last one; `beginnings` are lines before that begin like it.
    """

    __slots__ = ("beginnings", "begun", "children", "closed", "delimiters", "error", "kind", "part", "start")

    def __init__(self, part: Part, kind: int, start: int) -> None:
        self.part = part
        self.kind = kind
        self.start = start
        self.error: MimeError | None = None
        self.beginnings: list[bytes] = []
        self.begun = False
        self.closed = False
        self.children: list[Part] = []
        self.delimiters: list[bytes] = []


class _Parser:
    """Reads one message, from a stack of the parts that are open at the position, the outermost first."""

    def __init__(self, source: _Source, limits: _Limits, depth: int, scanner: Scanner | None = None) -> None:
        self._source = source
        self._limits = limits
        self._depth = depth
        self._scanner = scanner or Scanner(source.octets)
        self._strict = source.path is None
        self._stack: list[_Open] = []
        # The line of each boundary, and whether it is the last of its multipart. An outer one goes before an inner one.
        self._delimiters: dict[bytes, tuple[_Open, bool]] = {}
        self._longest = 0

    def run(self) -> Part:
        self._open()
        if self._stack[0].error:
            raise self._stack[0].error
        while self._next_delimiter():
            pass
        top = self._stack[0]
        self._end_down_to(0, self._scanner.position, False)
        if top.error:
            raise top.error
        return top.part

    def _next_delimiter(self) -> bool:
        """Go to the next line that is a boundary of an open multipart, and on behind it. Whether there was one."""
        scanner = self._scanner
        further = False
        while self._delimiters:
            scanner.to_dashes(further)
            line = scanner.line(self._longest + 2)
            if not line:
                return False
            found = self._delimiters.get(_without_break(line))
            if found:
                self._delimit(*found, line)
                return True
            if self._strict:
                self._note_beginning(line)
            further = True
        scanner.to_end()
        return False

    def _delimit(self, multipart: _Open, closes: bool, line: bytes) -> None:
        """The boundary of a multipart stands at the position."""
        end = self._end_before(self._scanner.position, line)
        level = self._stack.index(multipart) + 1
        if len(self._stack) > level:
            self._end_down_to(level, end, closes and not multipart.begun)
        self._scanner.advance(len(line))
        if closes:
            if self._strict and not multipart.begun:
                self._force(multipart, line)
            multipart.closed = True
            self._forget_delimiters(multipart)
        else:
            multipart.begun = True
            self._open()

    def _end_before(self, position: int, line: bytes) -> int:
        """Where a body ends whose boundary stands at `position`: before the line break, which belongs to the boundary.

        In a file, a boundary that ends in no CR LF takes none away, and leaves the CR in the body (recorded).
        """
        before = self._scanner.before(position)
        if before == b"\r\n" and (self._strict or line.endswith(b"\r\n")):
            return position - 2
        return position - len(before[-1:])

    def _note_beginning(self, line: bytes) -> None:
        """Keep a line before the first boundary that begins as that one does; `_force` says why."""
        opened = self._stack[-1]
        if opened.kind == _MULTIPART and not opened.begun and line.startswith(tuple(opened.delimiters[:1])):
            line = self._scanner.line(MAX_HEADER)
            self._limits.take(0, 1, len(line))
            opened.beginnings.append(line)

    def _force(self, multipart: _Open, line: bytes) -> None:
        """In memory, where the last boundary is the first, that line and those like it are the header of a part.

        It is recorded. There is such a part only where all these lines are fields, because the boundary has a colon.
        """
        try:
            fields = Fields.read(self._source.text(b"".join([*multipart.beginnings, line])))
        except MimeError:
            return
        part = self._part(fields)
        part.content = "application/octet-stream"
        part.region = self._region(0, 0)
        multipart.children.append(part)

    def _open(self) -> None:
        """Begin a part at the position, and the one within it that begins where its own header ends."""
        while self._open_one():
            pass

    def _open_one(self) -> bool:
        if len(self._stack) + self._depth >= MAX_DEPTH:
            raise _too_much("DEPTH", f"more than {MAX_DEPTH} parts within each other")
        self._limits.take(1, 0, 0)
        header = self._header()
        if header is None:
            return self._push_unread(_too_much("HEADER", f"a header of more than {MAX_HEADER} octets"))
        try:
            fields = Fields.read(self._source.text(header))
        except MimeError as error:
            return self._push_unread(error)
        self._limits.take(0, fields.count, len(header))
        return self._push_read(self._part(fields))

    def _push_unread(self, error: MimeError) -> bool:
        return self._push(Part("", {}, "", Headers(), None, None, None), _LEAF, error)

    def _push_read(self, part: Part) -> bool:
        if part.content.startswith("message/"):
            encoded = self._strict and part.encoding in ("base64", "quoted-printable")
            return self._push(part, _ENCODED if encoded else _MESSAGE)
        if not part.content.startswith("multipart/"):
            return self._push(part, _LEAF)
        if not part.params.get("boundary"):
            return self._push(part, _LEAF, MimeError(f"boundary parameter is missing in {part.content}"))
        return self._push(part, _MULTIPART)

    def _push(self, part: Part, kind: int, error: MimeError | None = None) -> bool:
        """Whether a part begins within this one at once. In a file, what is before the first boundary may be one."""
        opened = _Open(part, kind, self._scanner.position)
        opened.error = error
        self._stack.append(opened)
        if kind == _MULTIPART:
            self._await(opened)
            return not self._strict
        return kind == _MESSAGE

    def _await(self, multipart: _Open) -> None:
        line = self._source.octets_of(f"--{multipart.part.params['boundary']}")
        for key, closes in ((line, False), (line + b"--", True)) if line is not None else ():
            if key not in self._delimiters:
                self._delimiters[key] = (multipart, closes)
                multipart.delimiters.append(key)
                self._longest = max(self._longest, len(key))

    def _forget_delimiters(self, multipart: _Open) -> None:
        for key in multipart.delimiters:
            del self._delimiters[key]
        multipart.delimiters = []

    def _header(self) -> bytes | None:
        """The lines up to an empty one, a boundary or the end; None where they are too long."""
        lines: list[bytes] = []
        left = MAX_HEADER
        while True:
            line = self._scanner.line(left + 1)
            if len(line) > left:
                return None
            if line.startswith(b"--") and _without_break(line) in self._delimiters:
                return b"".join(lines)
            self._scanner.advance(len(line))
            if line in (b"", b"\n", b"\r\n", b"\r"):
                return b"".join(lines)
            lines.append(line)
            left -= len(line)

    def _part(self, fields: Fields) -> Part:
        return Part(fields.content, fields.params, fields.encoding, fields.headers, None, None, None, fields.version)

    def _region(self, start: int, end: int) -> Region:
        source = self._source
        unix = self._strict and any(opened.kind == _MULTIPART for opened in self._stack)
        return Region(source.octets, source.path, start, max(start, end), unix, source.wide)

    def _end_down_to(self, level: int, end: int, forced: bool) -> None:
        """All parts from the innermost down to that level end here, the outermost of them at `end`.

        `forced` says that this one is none that its multipart began, but what stands before its first boundary. A part
        whose multipart ends here too lacks the boundary behind it, and its last line break does not belong to it.
        """
        ends = [end]
        for parent in self._stack[level:-1]:
            lacking = parent.kind == _MULTIPART and self._scanner.before(ends[-1]).endswith(b"\n")
            ends.append(ends[-1] - lacking)
        while len(self._stack) > level:
            opened = self._stack.pop()
            self._finish(opened, ends.pop())
            if self._stack:
                self._hand_over(opened, self._stack[-1], forced or bool(ends))

    def _finish(self, opened: _Open, end: int) -> None:
        part = opened.part
        if opened.kind == _MULTIPART:
            self._forget_delimiters(opened)
            if self._strict and not opened.closed and not opened.error:
                opened.error = MimeError(f"end-of-string encountered while parsing {part.content}")
        if opened.error:
            return
        if opened.kind == _LEAF:
            part.region = self._region(opened.start, end)
        elif opened.kind == _ENCODED:
            opened.error = self._read_encoded(part, self._region(opened.start, end))
        else:
            part.parts = opened.children

    def _read_encoded(self, part: Part, region: Region) -> MimeError | None:
        """Read the message within one that is encoded as a whole."""
        depth = self._depth + len(self._stack) + ENCODED_DEPTH
        try:
            text = region.read(part.encoding)
            octets = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
            source = _Source(octets, None, isinstance(text, str))
            part.parts = [_Parser(source, self._limits, depth).run()]
        except MimeError as error:
            if error.errorcode[:2] == ("MIME", "LIMIT"):
                raise
            return error
        part.wrapped = True
        return None

    def _hand_over(self, opened: _Open, parent: _Open, forced: bool) -> None:
        """Give a part that has ended to the one that it stands in; `forced` if no boundary told that it ended."""
        if parent.kind != _MULTIPART:
            parent.error = parent.error or opened.error
            parent.children.append(opened.part)
        elif forced:
            if not self._strict and not opened.error:
                opened.part.content = "application/octet-stream"
                parent.children.append(opened.part)
        elif parent.begun:
            parent.error = parent.error or opened.error
            parent.children.append(opened.part)


def _without_break(line: bytes) -> bytes:
    if line.endswith(b"\n"):
        line = line[:-1]
    return line[:-1] if line.endswith(b"\r") else line
