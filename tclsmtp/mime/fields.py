"""The header of a part as it is read: its fields, and what its Content-Type says (RFC 2045, 5.1)."""

from __future__ import annotations

from tclsmtp.errors import MimeError
from tclsmtp.mime.headers import Headers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

BLANKS = "\t\n\v\f\r \0\x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
"""What stands at the beginning or the end of a value without belonging to it: what Tcl's `string trim` removes."""
BLANKS += "\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_SPECIALS = frozenset('(),/:;<=>?@[\\]"\t\n\r ')
"""What no token may have in it (observed; RFC 2045 forbids control characters too)."""
_NO_VALUES = _SPECIALS - {'"'}


class Fields:
    """What the header of a part says: its `headers`, and apart from them what the part writes itself.

    `content` is in lower case, "text/plain" with `params` of `charset="us-ascii"` where no content type can be
    understood. `encoding` is in lower case, "" where there is none, and `version` the value of MIME-Version. Names of
    parameters are in lower case; a quoted value is what stands between the quotes, with its backslashes.
    """

    __slots__ = ("content", "count", "encoding", "headers", "params", "version")

    def __init__(self) -> None:
        self.content = ""
        self.params: dict[str, str] = {}
        self.encoding = ""
        self.version = "1.0"
        self.headers = Headers()
        self.count = 0

    @classmethod
    def read(cls, text: str) -> Fields:
        r"""The fields of a header, whose lines end in "\n" or "\r\n".

        Raises MimeError, in tcllib's words, for a line that is no field, and for a second Content-Type or another
        Content-Transfer-Encoding.
        """
        fields = cls()
        for field in _unfold(text):
            fields._add(field)
        if not fields.content:
            fields.content = "text/plain"
            fields.params = {"charset": "us-ascii"}
        fields.count += len(fields.params)
        return fields

    def _add(self, field: str) -> None:
        name, colon, value = field.partition(":")
        name = name.rstrip(BLANKS)
        if not colon or not name:
            raise MimeError(f"improper line in header: {field}")
        self.count += 1
        value = value.strip(BLANKS)
        key = name.lower()
        if not key.startswith(("content-", "mime-")):
            self.headers.add_as_read(name, value)
        elif key == "content-type":
            self._set_type(field, value)
        elif key == "content-transfer-encoding":
            self._set_encoding(field, value.lower())
        elif key == "mime-version":
            self.version = value
        elif key != "content-md5":
            self.headers.add_as_read(name, value)

    def _set_type(self, field: str, value: str) -> None:
        if self.content:
            raise MimeError(f"multiple Content-Type fields starting with {field}")
        known = read_content_type(value)
        if known is not None:
            self.content, self.params = known

    def _set_encoding(self, field: str, value: str) -> None:
        if self.encoding not in ("", value):
            raise MimeError(f"multiple Content-Transfer-Encoding fields starting with {field}")
        self.encoding = value


def _unfold(text: str) -> Iterator[str]:
    r"""The fields of a header, in each of which "\n" stands for a line break."""
    if text.endswith("\n"):
        text = text[:-1]
    if not text:
        return
    if "\r" in text:
        text = text.removesuffix("\r").replace("\r\n", "\n")
    lines = text.split("\n")
    start = 0
    if lines[0].startswith((" ", "\t")):
        lines.insert(0, "")
    for number in range(1, len(lines)):
        if not lines[number].startswith((" ", "\t")):
            yield "\n".join(lines[start:number])
            start = number
    yield "\n".join(lines[start:])


def read_content_type(value: str) -> tuple[str, dict[str, str]] | None:
    """The type, in lower case, and the parameters of a Content-Type; None for one that is not understood.

    Comments are skipped, one semicolon may stand at the end, and of parameters of one name the last counts (observed).
    """
    tokens = _tokens(value)
    if tokens is None:
        return None
    if len(tokens) == 1 and tokens[0].lower() == "message":
        return "message/rfc822", {}  # recorded; no other type is understood without a subtype
    if len(tokens) < 3 or tokens[1] != "/" or _is_special(tokens[0]) or _is_special(tokens[2]):
        return None
    params = _params(tokens[3:])
    return None if params is None else (f"{tokens[0]}/{tokens[2]}".lower(), params)


def _params(tokens: list[str]) -> dict[str, str] | None:
    params: dict[str, str] = {}
    if len(tokens) % 4 == 1 and tokens[-1] == ";":
        tokens.pop()
    if len(tokens) % 4:
        return None
    for position in range(0, len(tokens), 4):
        semicolon, name, equals, given = tokens[position : position + 4]
        if semicolon != ";" or equals != "=" or _is_special(name) or given[0] in _NO_VALUES:
            return None
        params[name.lower()] = given[1:-1] if given[0] == '"' else given
    return params


def _is_special(token: str) -> bool:
    return token[0] in _SPECIALS


def _tokens(value: str) -> list[str] | None:
    """The tokens of a Content-Type: a special character, a quoted string with its quotes, or other text.

    None where a quoted string or a comment has no end. Each character is looked at once.
    """
    tokens = []
    position = 0
    while position < len(value):
        character = value[position]
        if character in " \t\n\r":
            position += 1
            continue
        if character == "(":
            end = _end_of_comment(value, position)
        elif character == '"':
            end = _end_of_string(value, position)
        elif character in _SPECIALS:
            end = position + 1
        else:
            end = position + 1
            while end < len(value) and value[end] not in _SPECIALS:
                end += 1
        if not end:
            return None
        if character != "(":
            tokens.append(value[position:end])
        position = end
    return tokens


def _end_of_string(value: str, start: int) -> int:
    position = start + 1
    closing = value.find('"', position)
    while closing >= 0:
        escape = value.find("\\", position, closing)
        if escape < 0:
            return closing + 1
        position = escape + 2
        if position > closing:
            closing = value.find('"', position)
    return 0


def _end_of_comment(value: str, start: int) -> int:
    depth = 0
    position = start
    while position < len(value):
        character = value[position]
        if character == "\\":
            position += 1
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if not depth:
                return position + 1
        position += 1
    return 0
