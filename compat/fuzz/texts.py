"""Words of Tcl, and the texts that strategies are made of."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/.@+:=,<>*?!%^&|~'`-")
_ESCAPED = {"\n": "\\n", "\t": "\\t", "\r": "\\r"} | {character: f"\\{character}" for character in '\\"$[]{}'}


def word(text: str) -> str:
    """A text as one word of a Tcl command, in printable ASCII and on one line."""
    if text and _PLAIN.issuperset(text):
        return text
    return f'"{"".join(map(_character, text))}"'


def _character(character: str) -> str:
    if " " <= character <= "~":
        return _ESCAPED.get(character, character)
    return _ESCAPED.get(character) or f"\\u{ord(character):04x}"


def command(*words: str) -> str:
    """A Tcl command of these words."""
    return " ".join(map(word, words))


def listed(*words: str) -> str:
    """A Tcl command that makes a list of these words, in brackets."""
    return f"[{command('list', *words)}]"


def pieces(tokens: Sequence[str], at_most: int, at_least: int = 0) -> SearchStrategy[str]:
    """Texts made of these pieces."""
    return st.lists(st.sampled_from(tokens), min_size=at_least, max_size=at_most).map("".join)


def calls(texts: SearchStrategy[str], *commands: tuple[str, ...]) -> SearchStrategy[list[str]]:
    """For each text these commands, in which the text stands for `{}`."""
    return texts.map(lambda text: [command(*(text if each == "{}" else each for each in one)) for one in commands])


OCTETS = [chr(code) for code in range(256)]
OCTET_TEXT = pieces(OCTETS, 200)
ASCII_TEXT = pieces([chr(code) for code in range(32, 127)], 100)
LINES = pieces([*"abF.=_? \t", "\n", "\n", " \n", ".\n", "From x", "é", "ü", "=41", "\r\n", "x" * 30, "word " * 9], 30)
"""What encoders look at: blanks at the ends of lines, dots and `From `, long lines, octets beyond ASCII.

Left out: a line of `From ` and nothing else, of which tcllib writes the blank at its end as it is.
"""
