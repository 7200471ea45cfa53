"""The lexical tokens of RFC 822 section 3.3, as tcllib reads them in address lists."""

from __future__ import annotations

# Kinds of token. A special character is a kind of its own.
ATOM = "atom"
QUOTED = "quoted-string"
LITERAL = "domain-literal"
COMMENT = "comment"
BROKEN = "token without an end"
END = "end-of-input"

SPECIALS = frozenset('()<>@,;:\\".[]')
"""RFC 822 section 3.3, specials."""
_ATOM_ENDS = SPECIALS | frozenset(" \t\n")
"""What ends an atom. In section 3.3 every control character does; tcllib keeps those in, carriage return as well."""
SPACE = (
    "\0\t\n\v\f\r \x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""What is skipped before a token: all that Tcl's `string trim` takes off; section 3.3 has space, tab and folds."""
_QUOTATIONS = {"(": (COMMENT, ")"), '"': (QUOTED, '"'), "[": (LITERAL, "]")}
"""Tokens that run to a closing character, by the one that opens them."""


class Lexer:
    """The tokens of a list (RFC 822 section 3.3), with the comments between them collected aside.

    `next` steps forward, `back` undoes the last step. A comment that is read twice that way is collected twice: so it
    is in the recordings.
    """

    __slots__ = ("comments", "kind", "lexeme", "position", "start", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = self.start = 0
        self.kind = self.lexeme = ""
        self.comments: list[str] = []

    def next(self) -> str:
        """Read a token: its kind is returned and kept in `kind`, its text is in `lexeme`."""
        self.start = self.position
        while self._step() == COMMENT:
            self.comments.append(self.lexeme)
        return self.kind

    def back(self) -> None:
        """Step back before the last token and the comments in front of it."""
        self.position = self.start

    def peek_comments(self) -> None:
        """Collect the comments in front of the next token, which stays unread."""
        self.next()
        self.back()

    def _step(self) -> str:
        text, begin, length = self.text, self.position, len(self.text)
        while begin < length and text[begin] in SPACE:
            begin += 1
        end = begin + 1
        if begin == length:
            self.kind, self.lexeme, self.position = END, END, length
            return END
        first = text[begin]
        if first not in SPECIALS:
            kind = ATOM
            while end < length and text[end] not in _ATOM_ENDS:
                end += 1
        elif first in _QUOTATIONS:
            kind, closer = _QUOTATIONS[first]
            end = _end_of_quotation(text, begin, closer)
            if not end:
                self.kind, self.lexeme, self.position = BROKEN, f"end-of-input during {kind}", length
                return BROKEN
        else:
            kind = first
        self.kind, self.lexeme, self.position = kind, text[begin:end], end
        return kind


def _end_of_quotation(text: str, begin: int, closer: str) -> int:
    """Where the comment, quoted string or domain literal that opens at `begin` ends; 0 if it does not.

    RFC 822 section 3.3: a backslash quotes, comments nest. It forbids a bare carriage return in all of them and `[` in
    a literal; tcllib takes both.
    """
    opener = "(" if closer == ")" else ""
    depth, position, length = 1, begin + 1, len(text)
    while position < length:
        character = text[position]
        position += 1
        if character == "\\":
            position += 1
        elif character == closer:
            depth -= 1
            if not depth:
                return position
        elif character == opener:
            depth += 1
    return 0
