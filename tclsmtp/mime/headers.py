"""The headers of a part, and the form in which they go out."""

from __future__ import annotations

from tclsmtp.errors import MimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_LINE = 998
"""Octets of the longest line that a message may have, its CRLF not counted (RFC 5322, 2.1.1)."""
FOLDED_LINE = 78
"""Octets that a line should have once a header is folded (RFC 5322, 2.1.1)."""

_NOT_IN_NAMES = dict.fromkeys(map(ord, "\r\n\0"))


class Headers:
    """The values of each header, in the order in which the names came first.

    Names are compared without regard to case, and the spelling that came first stays.
    """

    __slots__ = ("_values",)

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        """Raises MimeError for a name that no header may have, as `check_name` says."""
        self._values: dict[str, tuple[str, list[str]]] = {}
        for key, value in pairs:
            self.add(key, value)

    def add(self, key: str, value: str) -> None:
        """Give a header one value more. Raises MimeError as `check_name` says."""
        found = self._values.get(key.lower())
        if found is None:
            check_name(key)
            self._values[key.lower()] = (key, [value])
        else:
            found[1].append(value)

    def add_as_read(self, key: str, value: str) -> None:
        """As `add`, with any name that a message had; `header_line` mends it when it goes out."""
        found = self._values.setdefault(key.lower(), (key, []))
        found[1].append(value)

    def get_all(self, key: str) -> list[str]:
        """The values of a header, none if there is no such header. The list is the caller's own."""
        found = self._values.get(key.lower())
        return list(found[1]) if found else []

    def set_all(self, key: str, values: Iterable[str]) -> None:
        """Replace the values of a header, or begin one at the end. Raises MimeError as `check_name` says."""
        found = self._values.get(key.lower())
        if found is None:
            check_name(key)
        self._values[key.lower()] = (found[0] if found else key, list(values))

    def remove(self, key: str) -> None:
        """Drop a header, if it exists."""
        self._values.pop(key.lower(), None)

    def items(self) -> Iterator[tuple[str, str]]:
        """Each name with each of its values; those of one name stand together."""
        for name, values in self._values.values():
            for value in values:
                yield name, value

    def names(self) -> list[str]:
        """The names, as they were first spelt."""
        return [name for name, _ in self._values.values()]

    def copy(self) -> Headers:
        """Headers of the same content that change on their own."""
        other = Headers()
        other._values = {key: (name, list(values)) for key, (name, values) in self._values.items()}
        return other

    def __contains__(self, key: str) -> bool:
        return key.lower() in self._values

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Headers({list(self.items())!r})"


def check_name(name: str) -> None:
    """Refuse a name that would begin another header line.

    Raises MimeError for a name with a line break or NUL (deviation injection). One with a blank or a colon, which
    RFC 5322 (2.2) does not allow, goes out as it is, as from tcllib: there are scripts that write `Subject:` for one.
    """
    if name.replace("-", "a").isalnum():
        return
    for character in name:
        if character in "\r\n\0":
            raise MimeError(f"header name {name!r} may not contain {character!r}", ("MIME", "HEADER"))


def header_line(name: str, value: str) -> str:
    r"""`name: value` as it goes out, ASCII, its lines joined by "\n" and the last one without.

    A name that was read keeps its blanks, but not its line breaks and NUL, which would begin other headers.
    Line breaks in the value become folds, text that is not ASCII becomes RFC 2047 words, and a line of more than
    998 octets is folded. Everything else stays as it is.
    """
    if "\r" in name or "\n" in name or "\0" in name:
        name = name.translate(_NOT_IN_NAMES).lstrip()
    if not value.isascii() or not name.isascii():
        name, value = _in_ascii(name, value)
    elif len(value) < MAX_LINE - len(name) - 1 and "\n" not in value and "\r" not in value and "\0" not in value:
        return f"{name}: {value}"
    line = f"{name}: {fold_breaks(value)}"
    if len(line) <= MAX_LINE:
        return line
    return "\n".join(part for text in line.split("\n") for part in _fold(text))


def _in_ascii(name: str, value: str) -> tuple[str, str]:
    if not value.isascii():
        from tclsmtp.mime.header_text import encode_header_text

        value = encode_header_text(name, fold_breaks(value))
    return name.encode("ascii", "replace").decode("ascii"), value


def fold_breaks(value: str) -> str:
    r"""A header's value in which each line break is followed by a blank, so that no line of it begins a header.

    CR, LF and CR LF are line breaks, and end up as "\n"; lines that are empty go, and so does NUL.
    """
    value = value.replace("\0", "")
    if "\n" not in value and "\r" not in value:
        return value
    first, *others = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([first, *(line if line[0] in " \t" else f" {line}" for line in others if line.strip())])


def _fold(line: str) -> Iterator[str]:
    """Break a line of more than 998 octets at its blanks, and where it has none in so many, anywhere."""
    if len(line) <= MAX_LINE:
        yield line
        return
    start = 0
    while len(line) - start > FOLDED_LINE:
        # The first octet is the blank that makes the line a continuation: to break there again would leave nothing.
        cut = line.rfind(" ", start + 1, start + FOLDED_LINE + 1)
        if cut < 0:
            cut = line.find(" ", start + FOLDED_LINE + 1, start + MAX_LINE)
        if cut < 0:
            break
        yield line[start:cut]
        start = cut
    rest = line[start:]
    yield rest[:MAX_LINE]
    for position in range(MAX_LINE, len(rest), MAX_LINE - 1):
        yield f" {rest[position : position + MAX_LINE - 1]}"
