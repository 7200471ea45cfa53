"""Encoded words, and the header fields that hold them, as tcllib reads and writes them (RFC 2047)."""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64
from dataclasses import dataclass

from tclsmtp.errors import MimeError
from tclsmtp.mime.charsets import Charsets
from tclsmtp.mime.codecs import decode_quoted_printable, encode_quoted_printable, unquote

BASE64 = "base64"
QUOTED_PRINTABLE = "quoted-printable"
MAX_LENGTH = 66
"""Characters of an encoded word, unless told otherwise (observed; RFC 2047, 2 allows 75)."""

_METHODS = {"B": BASE64, "b": BASE64, "Q": QUOTED_PRINTABLE, "q": QUOTED_PRINTABLE}
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(range(256)).translate(None, _ALPHABET)
_LETTERS = {BASE64: "B", QUOTED_PRINTABLE: "Q"}
_BLANKS = (
    "\t\n\v\f\r \x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b"
    "\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""What Tcl 8.6 takes for white space (observed)."""
_PYTHON = Charsets()


@dataclass(frozen=True, slots=True)
class Word:
    """An encoded word that was read: its Tcl encoding, its method, and its octets as characters up to U+00FF."""

    encoding: str
    method: str
    text: str


def decode_word(word: str, charsets: Charsets = _PYTHON) -> Word:
    """Read the first encoded word in a text; its charset is not decoded (calls of kind word).

    Raises MimeError, in tcllib's words, where there is none, or for a charset or method that is unknown.
    """
    at = word.find("=?")
    while at >= 0:
        found = _find_word(word, at)
        if found is None:
            break
        method_at, end = found
        if end:
            encoding, method = _check(word[at + 2 : method_at - 1], word[method_at], charsets)
            text = word[method_at + 2 : end]
            if method == BASE64:
                return Word(encoding, method, _unbase64(text).decode("latin-1"))
            return Word(encoding, method, decode_quoted_printable(text, word=True))
        at = word.find("=?", at + 1)
    raise MimeError(f"malformed word-encoded expression '{word}'")


def decode_field(field: str, charsets: Charsets = _PYTHON) -> str:
    """A header field as text: each encoded word decoded, and white space between two of them, or before the first at
    the very beginning, left out (calls of kind field; RFC 2047, 6.2).

    It takes time in proportion to the length of the field. Raises MimeError for a word of a charset or method that is
    unknown, in tcllib's words.
    """
    pieces = []
    known: dict[str, tuple[str, str]] = {}
    done = 0
    at = field.find("=?")
    while at >= 0:
        found = _find_word(field, at)
        if found is None:
            break
        method_at, end = found
        if not end:
            at = field.find("=?", at + 1)
            continue
        gap = field[done:at]
        if gap and gap.strip(_BLANKS):
            pieces.append(gap)
        name = field[at + 2 : method_at + 1]
        if name not in known:
            known[name] = _check(name[:-2], name[-1], charsets)
        pieces.append(_decode(field[method_at + 2 : end], *known[name], charsets))
        done = end + 2
        at = field.find("=?", done)
    pieces.append(field[done:])
    return "".join(pieces)


def _find_word(text: str, at: int) -> tuple[int, int] | None:
    """Where in an encoded word that begins at `at` its method is, and where the end of its text; 0 if it is no word.

    None where there are too few question marks for any word from there on.
    """
    method_at = text.find("?", at + 2) + 1
    end = text.find("?", method_at + 2) if method_at else -1
    if end < 0:
        return None
    if method_at > at + 3 and text[method_at + 1] == "?" and text.startswith("=", end + 1):
        return method_at, end
    return method_at, 0


def _check(charset: str, letter: str, charsets: Charsets) -> tuple[str, str]:
    """The Tcl encoding and the method of an encoded word."""
    encoding = charsets.encoding_of(charset)
    if not encoding:
        raise MimeError(f"unknown charset '{charset}'")
    method = _METHODS.get(letter)
    if method is None:
        raise MimeError(f"unknown method '{letter}', must be B or Q")
    return encoding, method


def _decode(text: str, encoding: str, method: str, charsets: Charsets) -> str:
    if method == BASE64:
        return charsets.decode(encoding, _unbase64(text))
    try:
        octets = text.encode("latin-1")
    except UnicodeEncodeError:  # text that was never encoded
        return decode_quoted_printable(text, word=True)
    return charsets.decode(encoding, unquote(octets, word=True))


def _unbase64(text: str) -> bytes:
    """The octets of base64. What is not in its alphabet goes, padding too, and missing padding is added (observed)."""
    data = text.encode("ascii", "ignore").translate(None, _NOT_BASE64)
    if len(data) % 4 == 1:
        raise MimeError(f'invalid base64 character "{chr(data[-1])}" at position {len(data) - 1}')
    return a2b_base64(data + b"==")


def encode_words(
    text: str | bytes,
    encoding: str,
    method: str = BASE64,
    max_length: float = MAX_LENGTH,
    charsets: Charsets = _PYTHON,
    given_length: str = "",
) -> str:
    r"""Text as encoded words with "\n " between them, none longer than `max_length` characters, "" for no text.

    `encoding` is Tcl's name; text given as bytes is in that encoding already. No character is divided between two words
    (RFC 2047, 5), and each is encoded on its own, also where an encoding has shifts. `method` is "base64" or
    "quoted-printable"; in the latter a line break stays as it is (calls of kind word).

    Raises MimeError as `begin_word`, and, in tcllib's words, for words too short for a character; that names
    `given_length`, which is how `max_length` was written.
    """
    start = begin_word(encoding, method, charsets)
    if isinstance(text, bytes):
        text = charsets.decode(encoding, text)
    room = max_length - len(start) - len("?=")
    encoded = {character: _encode(charsets.encode(encoding, character), method) for character in dict.fromkeys(text)}
    longest = max(map(len, encoded.values()), default=0)
    if text and room < ((longest + 2) // 3 * 4 if method == BASE64 else longest):
        raise MimeError(f"maxlength {given_length or max_length} too short for chosen charset and encoding")
    if method == BASE64:
        # Tcl divides whole numbers to whole numbers, and no others.
        room = room // 4 * 3 if isinstance(room, int) else room / 4 * 3
    return "\n ".join([f"{start}{_finish(word, method)}?=" for word in _pack([encoded[one] for one in text], room)])


def begin_word(encoding: str, method: str, charsets: Charsets = _PYTHON) -> str:
    """How an encoded word begins: `=?UTF-8?B?`.

    Raises MimeError, in tcllib's words, for an encoding without charset, or for a method that is not known.
    """
    charset = charsets.charset_of(encoding)
    if not charset:
        raise MimeError(f"{'unknown' if charset is None else 'invalid'} charset '{encoding}'")
    if method not in _LETTERS:
        raise MimeError(f"unknown method '{method}', must be {BASE64} or {QUOTED_PRINTABLE}")
    return f"=?{charset}?{_LETTERS[method]}?"


def _encode(octets: bytes, method: str) -> bytes:
    if method == BASE64:
        return octets
    return encode_quoted_printable(octets, word=True, specials=True, soft_breaks=False)


def _finish(word: bytes, method: str) -> str:
    return (b2a_base64(word, newline=False) if method == BASE64 else word).decode("latin-1")


def _pack(pieces: list[bytes], room: float) -> list[bytes]:
    """Join pieces, none longer than `room`, to as few as can be in their order that are not longer either."""
    words = []
    start = size = 0
    for number, piece in enumerate(pieces):
        if size + len(piece) > room:
            words.append(b"".join(pieces[start:number]))
            start, size = number, 0
        size += len(piece)
    if start < len(pieces):
        words.append(b"".join(pieces[start:]))
    return words
