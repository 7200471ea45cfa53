"""Text of a header that is not ASCII, on its way out: the encoded words of RFC 2047 that stand for it."""

from __future__ import annotations

from binascii import b2a_base64
from itertools import groupby

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BLANKS = " \t\r\n"
_LINE = 76
"""Characters of the longest line with an encoded word in it (RFC 2047, 2)."""
_WORD = 75
"""Characters of the longest encoded word (RFC 2047, 2)."""
_LEAST = 30
"""Characters that an encoded word may have even where the line has less room."""
_AROUND = len("=?utf-8?Q??=")
_Q_SAFE = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!*+-/"
"""What stays as it is in a Q word at any place, also in a phrase (RFC 2047, 5 (3))."""
_Q = {octet: b"=%02X" % octet for octet in range(256)} | {octet: bytes((octet,)) for octet in _Q_SAFE} | {32: b"_"}
_PHRASE_HEADERS = frozenset(
    f"{prefix}{name}" for prefix in ("", "resent-") for name in ("from", "sender", "to", "cc", "bcc", "reply-to", "dcc")
)
_PHRASE_SPECIALS = "()<>,;:"


def encode_header_text(name: str, value: str) -> str:
    r"""A header's value with encoded words of RFC 2047, in utf-8, in place of what is not ASCII.

    Characters that all fit in bytes and are valid UTF-8 as such are taken for it. In a header that holds addresses a
    quoted string becomes words of a phrase, for inside quotes no word is read; in a Content- header only what stands
    between two quotes is replaced, as mail programs expect it of file names; elsewhere what stands between blanks.
    Lines, joined by "\n", have up to 76 characters where there are blanks to break them at.

    It takes time in proportion to the length of the value.
    """
    return "".join(pieces(name, value))


def pieces(name: str, value: str) -> Iterator[str]:
    """What `encode_header_text` joins. Each step adds one token, or a line of a long one."""
    value = _as_text(value)
    key = name.lower()
    if key in _PHRASE_HEADERS:
        tokens: Iterable[str] = _apart(_phrase_tokens(value))
    elif key.startswith("content-") and key != "content-description":
        tokens = _split(value, '";=')
    else:
        tokens = _split(value)
    return _encode(_runs(tokens), len(name) + len(": "))


def _as_text(value: str) -> str:
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _split(value: str, specials: str = "") -> Iterator[str]:
    """Blanks, other text, and each kind of special character apart, in their order."""
    kinds = dict.fromkeys(_BLANKS, " ") | {special: special for special in specials}
    return ("".join(group) for _, group in groupby(value, lambda character: kinds.get(character, "a")))


def _phrase_tokens(value: str) -> Iterator[str]:
    """The tokens of an address list; a quoted string that is not ASCII is without its quotes."""
    start = 0
    while (opening := value.find('"', start)) >= 0:
        closing = opening + 1
        while closing < len(value) and value[closing] != '"':
            closing += 2 if value[closing] == "\\" else 1
        if closing >= len(value):
            break
        quoted = value[opening : closing + 1]
        yield from _split(value[start:opening], _PHRASE_SPECIALS)
        yield quoted if quoted.isascii() else quoted[1:-1].replace("\\", "")
        start = closing + 1
    yield from _split(value[start:], _PHRASE_SPECIALS)


def _apart(tokens: Iterable[str]) -> Iterator[str]:
    """The tokens of a phrase, with a space where one that becomes a word would touch another (RFC 2047, 5 (3))."""
    before = " "
    for token in tokens:
        touches_word = not before.isascii() and token[0] not in " \t\r\n),;:>"
        if touches_word or (not token.isascii() and before[-1] not in " \t\r\n(,;:<"):
            yield " "
        yield token
        before = token


def _runs(tokens: Iterable[str]) -> Iterator[str]:
    """The same text as tokens of three kinds: blanks, other ASCII, and text to encode, with the blanks within it."""
    run: list[str] = []
    blank = ""
    for ascii_only, group in groupby(tokens, str.isascii):
        if not ascii_only:
            run += [blank, *group]
            blank = ""
            continue
        others = list(group)
        if run and len(others) == 1 and _is_blank(others[0]):
            # A fold within the text is no part of it.
            blank = others[0].replace("\n", "")
            continue
        if run:
            yield "".join(run)
            run = []
        for _, chunk in groupby(others, _is_blank):
            yield "".join(chunk)
    if run:
        yield "".join(run)
    if blank:
        yield blank


def _is_blank(token: str) -> bool:
    return not token.strip(_BLANKS)


def _encode(tokens: Iterable[str], column: int) -> Iterator[str]:
    """The tokens, with encoded words for those that are not ASCII, the first at that column of its line."""
    blank = ""
    begun = False
    for token in tokens:
        if _is_blank(token):
            blank = token
            continue
        encoded = not token.isascii()
        if begun and blank and "\n" not in blank and column + len(blank) + _least(token) > _LINE:
            blank = f"\n{blank}"
        if blank:
            yield blank
            column = _column(column, blank)
            blank = ""
        if encoded:
            first, *others = _encoded_words(token, _LINE - column)
            yield first
            column += len(first)
            for word in others:
                yield f"\n {word}"
                column = 1 + len(word)
        else:
            yield token
            column = _column(column, token)
        begun = True
    yield blank


def _least(token: str) -> int:
    """Characters that a line must have room for, so that the token may begin on it."""
    if token.isascii():
        return len(token)
    return min(_LEAST, len(_encoded_words(token[:_LEAST], _WORD)[0]))


def _column(column: int, text: str) -> int:
    """Where the line ends, at which text was added to one that ended at `column`."""
    line_break = text.rfind("\n")
    return column + len(text) if line_break < 0 else len(text) - line_break - 1


def _encoded_words(text: str, room: int) -> list[str]:
    """Text as encoded words, none longer than 75 characters and the first, if it can be done, not than `room`.

    Each is filled up with as many characters as can be, and none of them is divided (RFC 2047, 5).
    """
    octets = text.encode("utf-8", "replace")
    quoted = len(octets.translate(None, _Q_SAFE + b" "))
    letter = "Q" if 2 * quoted <= len(octets) else "B"
    lengths = {
        character: len(encoded) if letter == "B" else sum(len(_Q[octet]) for octet in encoded)
        for character in dict.fromkeys(text)
        for encoded in (character.encode("utf-8", "replace"),)
    }
    words = []
    start = used = 0
    limit = _room_of(max(room, _LEAST), letter)
    for position, character in enumerate(text):
        if used + lengths[character] > limit:
            words.append(_word(text[start:position], letter))
            start, used = position, 0
            limit = _room_of(_WORD, letter)
        used += lengths[character]
    words.append(_word(text[start:], letter))
    return words


def _room_of(length: int, letter: str) -> int:
    """What a word of that length has room for: characters of Q, but octets of base64."""
    length -= _AROUND
    return length // 4 * 3 if letter == "B" else length


def _word(text: str, letter: str) -> str:
    octets = text.encode("utf-8", "replace")
    encoded = b2a_base64(octets, newline=False) if letter == "B" else b"".join([_Q[octet] for octet in octets])
    return f"=?utf-8?{letter}?{encoded.decode('ascii')}?="
