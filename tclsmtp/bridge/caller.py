"""The Tcl interpreter that called a command: its tokens, its channels and its global level."""

from __future__ import annotations

from tclsmtp.bridge.values import to_tcl
from tclsmtp.errors import MimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.bridge.interpreter import Interpreter
    from tclsmtp.bridge.values import TclValue
    from tclsmtp.dialect import Dialect
    from tclsmtp.mime.part import Part


class Tokens:
    """The mime tokens of one interpreter: `::mime::N`, and `::mime::N-M` for the children of a parsed part."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}
        self._tokens: dict[int, str] = {}  # by identity: two equal parts are two tokens
        self._inside: dict[str, list[str]] = {}
        self._count = 0

    def reserve(self) -> str:
        """The next token, whether or not a part comes of it: tcllib counts what it refuses, too (observed)."""
        self._count += 1
        return f"::mime::{self._count}"

    def add(self, part: Part, token: str = "") -> str:
        """Give a part a token, the next unless one was reserved, and the parts inside it theirs if they have none."""
        first = token or self.reserve()
        unnamed = [(part, first)]
        while unnamed:
            part, token = unnamed.pop()
            self._parts[token] = part
            self._tokens[id(part)] = token
            if part.parts is None:
                continue
            names = []
            for number, child in enumerate(part.parts, 1):
                name = self._tokens.get(id(child))
                if name is None:
                    name = f"{token}-{number}"
                    unnamed.append((child, name))
                names.append(name)
            self._inside[token] = names
        return first

    def inside(self, token: str) -> tuple[str, ...]:
        """The tokens of the parts inside a part. One that was finalized keeps its name, as in tcllib (observed)."""
        former, names = self._inside[token], []
        for number, child in enumerate(self._parts[token]):
            name = self._tokens.get(id(child)) or (former[number] if number < len(former) else "")
            if not name or self._parts.get(name, child) is not child:
                name = self.add(child)  # a program put it there
            names.append(name)
        self._inside[token] = names
        return tuple(names)

    def find(self, token: str, field: str) -> Part:
        """The part of a token.

        `field` is the piece of state that tcllib's command reads first. Raises MimeError, in the words that Tcl has for
        that piece of a token that does not exist.
        """
        try:
            return self._parts[token]
        except KeyError:
            raise MimeError(f'can\'t read "state({field})": no such variable', ("TCL", "LOOKUP", "VARNAME")) from None

    def token_of(self, part: Part) -> str | None:
        """The token of a part, None if it has none here."""
        return self._tokens.get(id(part))

    def remove(self, token: str) -> None:
        """Forget a token, if it exists."""
        part = self._parts.pop(token, None)
        if part is not None:
            self._tokens.pop(id(part), None)
            self._inside.pop(token, None)

    def __len__(self) -> int:
        return len(self._parts)


class Caller:
    """One Tcl interpreter as the commands see it: the main one or a child, by its path ("" is the main one)."""

    def __init__(self, interpreter: Interpreter, path: str) -> None:
        self.interpreter = interpreter
        self.path = path
        self.tokens = Tokens()
        self.makes_ids = False
        """Whether the script has a `mime::uniqueID` of its own."""

    @property
    def dialect(self) -> Dialect:
        """The dialect that this interpreter's scripts were written for."""
        return self.interpreter.dialect

    def call(self, *words: TclValue) -> str:
        """Run a Tcl command at the global level of this interpreter; its result as a string.

        Raises TclError, with the errorcode and errorinfo of the script.
        """
        return self.interpreter.invoke(self.path, words)

    def attempt(self, script: str, *words: TclValue) -> str:
        """Run a script of this interpreter's, a callback, with these words behind it, at the global level.

        Raises TclError for every return code but that of success; `code` says which.
        """
        return self.interpreter.attempt(self.path, script, words)

    def integer(self, text: str) -> int | None:
        """The number that Tcl reads in a text (`0x10`, ` 8 `), None where that is no whole one."""
        if self.call("string", "is", "entier", "-strict", text) != "1":
            return None
        return int(self.call("::tcl::mathop::+", text))

    def split(self, text: str) -> tuple[str, ...]:
        """The elements of a Tcl list. Raises TclError where the text is none."""
        return self.interpreter.split(text)

    def join(self, words: tuple[str, ...]) -> str:
        """The Tcl list of these words, as a string."""
        return self.call("list", *words)

    def write(self, channel: str, data: str | bytes) -> None:
        """Write to a Tcl channel, without a line break. Raises TclError, as `puts` does."""
        self.interpreter.invoke(self.path, ("puts", "-nonewline", channel, to_tcl(data)))

    def hostname(self) -> str:
        """What `info hostname` answers."""
        return self.interpreter.hostname()

    def unique_id(self, _: str = "") -> str:
        """What the script's own `mime::uniqueID` makes. Raises TclError where that fails."""
        return self.call("::mime::uniqueID")

    def file_name(self, name: str) -> bytes:
        """The name of a file for Python's `open`, from the one a script gave: `~` expanded, relative to Tcl's folder,
        in Tcl's system encoding.
        """
        absolute = self.call("file", "nativename", self.call("file", "normalize", name))
        return self.interpreter.to_system_encoding(absolute)
