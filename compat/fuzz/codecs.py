"""Quoted-printable, encoded words, and the names of charsets."""

from __future__ import annotations

import itertools
import string

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from compat.fuzz.texts import ASCII_TEXT, LINES, OCTET_TEXT, calls, command, pieces

_FLAG = st.sampled_from(["0", "1"])

QP_ENCODE = calls(
    LINES | OCTET_TEXT | ASCII_TEXT,
    ("mime::qp_encode", "{}"),
    ("mime::qp_encode", "{}", "0", "1"),
    ("mime::qp_encode", "{}", "1", "1"),
    ("mime::qp_encode", "{}", "1", "0"),
)

_QP_PIECES = [
    *"ab_?. \t\n",
    "=\n",
    "= \n",
    "=0D",
    "=0a\n",
    "=20",
    "=3D",
    "=FC",
    "=e9",
    "=",
    "==",
    "=4",
    "=G1",
    "=fF",
    "é",
    "\r\n",
    "[x]",
    "$a",
    "\\",
    "{",
]
QP_TEXTS = pieces(_QP_PIECES, 25)
QP_DECODE = calls(QP_TEXTS, ("mime::qp_decode", "{}"), ("mime::qp_decode", "{}", "1"))

_HERE = [
    "ascii",
    "utf-8",
    "iso8859-1",
    "iso8859-15",
    "cp1252",
    "koi8-r",
    "euc-jp",
    "shiftjis",
    "cp437",
    "macRoman",
    "big5",
    "gb2312",
    "iso2022-jp",
    "cp1250",
    "iso8859-7",
    "unicode",
    "scribble",
    "",
]
_WAYS = ("base64", "quoted-printable")
_WORD_TEXTS = LINES | ASCII_TEXT | pieces(["é", "ü", "я", "€", "日", "本", "a", " ", "_", "?", "=", "\n", "x" * 40], 30)


def _encode(drawn: tuple[str, str, str, list[str]]) -> list[str]:
    charset, method, text, options = drawn
    # Where a character with its shifts is longer than a word may be, tcllib comes to no end.
    options = [] if charset == "iso2022-jp" and "-maxlength" in options else options
    # The characters that Tcl's ascii makes of others are anything.
    text = text.encode("ascii", "ignore").decode() if charset == "ascii" else text
    # Without this option the text is octets, and wider characters deviate (eight-bit).
    if ("-charset_encoded", "0") not in itertools.pairwise(options) or not text:
        text = text.encode("latin-1", "ignore").decode("latin-1")
    return [command("mime::word_encode", charset, method, text, *options)]


_OPTIONS = st.lists(
    st.sampled_from([("-charset_encoded", "0"), ("-charset_encoded", "1"), ("-maxlength", "25"), ("-maxlength", "31")])
    | st.tuples(st.just("-maxlength"), st.integers(-5, 90).map(str))
    | st.tuples(st.just("-maxlength"), st.sampled_from(["", "x", "0x20"]))
    | st.sampled_from([("-charset_encoded", "maybe"), ("-bogus", "x"), ("-maxlength",)]),
    max_size=2,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: [each for pair in pairs for each in pair])
WORD_ENCODE = st.tuples(
    st.sampled_from(_HERE),
    st.sampled_from([*_WAYS * 3, "Base64", "", "7bit"]),
    _WORD_TEXTS,
    _OPTIONS,
).map(_encode)

_CHARSETS = [
    "us-ascii",
    "utf-8",
    "UTF-8",
    "iso-8859-1",
    "ISO-8859-15",
    "latin1",
    "euc-jp",
    "x-bad",
    "",
    "koi8-r",
    "windows-1252",
    "utf-8*en",
]
_BASE64 = [
    "",
    "YQ==",
    "YQ",
    "w6k=",
    "4pyT",
    "LgkgIA==",
    "ZW==",
    "bUYgby5yYW8=",
    "=",
    "Y Q==",
    "!!!!",
    "_",
    "w6",
    "/+//",
]
_Q_TEXT = pieces(["a", "_", "=3D", "=E9", "=C3=A9", "=09", "=5F", ".", "=", "=4", "é", "=3F"], 6)
_METHODS = ["q", "Q", "b", "B", "x", ""]


def _word(drawn: tuple[str, str, str]) -> str:
    return f"=?{drawn[0]}?{drawn[1]}?{drawn[2]}?="


ENCODED_WORDS: SearchStrategy[str] = st.tuples(
    st.sampled_from(_CHARSETS), st.sampled_from(_METHODS), _Q_TEXT | st.sampled_from(_BASE64)
).map(_word)
_BROKEN_WORDS = pieces(["=?", "?=", "?", "=", "utf-8", "Q", "b", "a", "=3D", " ", "\n"], 9)
WORD_DECODE = calls(ENCODED_WORDS | _BROKEN_WORDS, ("mime::word_decode", "{}"))

_BETWEEN = st.sampled_from(
    ["", " ", "  ", "\n ", "\r\n\t", "word", " word ", "(", ")", "<a@b>", "=?", "?=", "é", "\\", "[x]"]
)
FIELDS = st.lists(ENCODED_WORDS | _BETWEEN, max_size=8).map("".join) | _BROKEN_WORDS
FIELD_DECODE = calls(FIELDS, ("mime::field_decode", "{}"))

_NAMES = """ascii us-ascii utf-8 utf8 UTF-8 iso8859-1 ISO-8859-1 iso_8859-1 latin1 l1 cp1252 windows-1252 cp437 ibm437
    437 koi8-r koi8-u euc-jp eucjp shiftjis Shift_JIS ms_kanji big5 gb2312 gb12345 euc-cn gbk cp936 ms936 iso2022-jp
    ISO-2022-JP iso2022 iso2022-kr unicode utf-16 identity binary symbol dingbats ebcdic ebcdic-cp-us macRoman macintosh
    mac jis0208 jis0201 ksc5601 euc-kr tis-620 cp874 cp850 cp1250 cp1256 iso8859-15 latin-9 latin9 cp949 cp950
    csISOLatin1 csASCII ansi_x3.4-1968 iso-ir-100 iso-ir-6 ecma-118 greek hebrew arabic cyrillic utf-7
    hp-roman8""".split()
_ANY_NAME = st.sampled_from(_NAMES) | pieces(
    [*string.ascii_lowercase, *string.digits, "-", "_", "iso", "cp", "8859"], 8
)
CHARSET_NAMES = _ANY_NAME | _ANY_NAME.map(str.upper) | _ANY_NAME.map(lambda name: name.replace("-", "_"))
MAPENCODING = calls(CHARSET_NAMES, ("mime::mapencoding", "{}"), ("mime::reversemapencoding", "{}"))


def _mapped(drawn: tuple[str, str, str]) -> list[str]:
    """Calls with an entry of a script's own, which is gone after each."""
    array, name, value = drawn
    asked = "mapencoding" if array == "encodings" else "reversemapencoding"
    entry = f"::mime::{array}({name})"
    return [
        f"set old [array get ::mime::{array}]; {command('set', entry, value)}; set found [list [mime::{asked} {one}] "
        f"[catch {{mime::word_decode =?{name}?Q?a=E9?=}} v] $v]; array unset ::mime::{array}; "
        f"array set ::mime::{array} $old; set found"
        for one in (name, name.upper())
    ]


_PLAIN_NAMES = st.sampled_from([name for name in _NAMES if name.replace("-", "").isalnum()] + ["mine", "x-mine"])
MAPPED = st.tuples(
    st.sampled_from(["encodings", "reversemap"]),
    _PLAIN_NAMES,
    st.sampled_from(["iso8859-1", "utf-8", "X", "", "koi8-r"]),
).map(_mapped)

ENCODING_TESTS = calls(LINES | OCTET_TEXT | ASCII_TEXT, ("mime::encodingasciiP", "{}"), ("mime::encodinglineP", "{}"))
