"""Parts that a script builds: headers, properties, bodies, messages written, and options that are wrong."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from compat.fuzz.texts import ASCII_TEXT, command, listed, pieces, word

_NAMES = [
    "Subject",
    "subject",
    "To",
    "X-A",
    "Content-ID",
    "content-id",
    "Content-Type",
    "MIME-Version",
    "content-transfer-encoding",
    "Content-Description",
    "x-é",
]
"""Without Content-MD5, for which 1.21 has an error of its own."""
_HEADER_NAMES = st.sampled_from(_NAMES)
_VALUES = (
    st.sampled_from(
        ["", "v", "<me@here>", 'attachment; filename="a.b"', " x ", "{", "a\\b", "\n x", "$x [y]", "=?utf-8?q?a?="]
    )
    | ASCII_TEXT
)
_MODES = st.sampled_from(
    [(), (), ("-mode", "write"), ("-mode", "append"), ("-mode", "delete"), ("-mode", "bogus"), ("-mode",), ("-x", "y")]
)
_PROPERTIES = ["content", "encoding", "params", "parts", "size", "-names", "", "zip"]


def _on(name: str, *words: str) -> str:
    """A command on $t."""
    return f"mime::{name} $t {command(*words)}" if words else f"mime::{name} $t"


_SET = st.tuples(_HEADER_NAMES, _VALUES, _MODES).map(lambda drawn: _on("setheader", drawn[0], drawn[1], *drawn[2]))
_GET = (_HEADER_NAMES | st.sampled_from(["", "-names", "Nosuch"])).map(lambda name: _on("getheader", name))
_PROPERTY = st.sampled_from([_on("getproperty", name) for name in _PROPERTIES])
_ALL = st.sampled_from(["all_headers $t", "look $t", "mime::getproperty $t", "mime::getbody $t"])
_STEPS = st.lists(_SET | _SET | _GET | _PROPERTY | _ALL, min_size=1, max_size=6)


def steps(make: str, scripts: list[str]) -> str:
    """One call that makes a part and does all this with it."""
    return f"steps {{{make}}} {' '.join(f'{{{script}}}' for script in scripts)}"


_SIMPLE = "mime::initialize -canonical text/plain -string body"
HEADERS = _STEPS.map(lambda scripts: [steps(_SIMPLE, scripts)])

BODY_TEXT = pieces(
    [*"abF=_? \t", "\n", "\n", " \n", ".a\n", "From x", "\nFrom x", "x" * 30, "word " * 9, "long" * 20], 25
)
"""Left out, as tclsmtp deviates there and tests of its own say how: CR (crlf-body) and a line of one dot (qp-dot)."""
_TYPES = [
    "text/plain",
    "text/html",
    "TEXT/Plain",
    "application/octet-stream",
    "application/x-y",
    "image/gif",
    "audio/basic",
    "message/rfc822",
    "message/x",
    "text",
]
_ENCODINGS = ["", "", "", "7bit", "8bit", "binary", "base64", "quoted-printable", "Base64", "x-uu"]
_PARAMS = [
    ("charset", "us-ascii"),
    ("charset", "utf-8"),
    ("charset", "ISO-8859-1"),
    ("charset", "koi8-r"),
    ("name", "a b"),
    ("format", 'x"y'),
]
_HEADERS = st.tuples(
    st.sampled_from(["Subject", "X-A", "Content-Description", "Content-Disposition", "To", "content-id"]), _VALUES
)


def _leaf(drawn: tuple[str, str, list[tuple[str, str]], list[tuple[str, str]], str]) -> str:
    content, encoding, params, headers, text = drawn
    words = [*_words(content, params, headers), "-string", word(text)]
    return " ".join([*words, *(["-encoding", encoding] if encoding else [])])


def _words(content: str, params: list[tuple[str, str]], headers: list[tuple[str, str]]) -> list[str]:
    given = ["mime::initialize", "-canonical", word(content)]
    for name, value in params:
        given += ["-param", listed(name, value)]
    for name, value in headers:
        given += ["-header", listed(name, value)]
    return given


LEAVES: SearchStrategy[str] = st.tuples(
    st.sampled_from(_TYPES[:4] * 2 + _TYPES),
    st.sampled_from(_ENCODINGS),
    st.lists(st.sampled_from(_PARAMS), max_size=2, unique_by=lambda pair: pair[0]),
    st.lists(_HEADERS, max_size=2),
    BODY_TEXT,
).map(_leaf)


def _tree(parts: SearchStrategy[str]) -> SearchStrategy[str]:
    """A multipart; always with a boundary, as 1.21 writes one of its own twice."""
    return st.tuples(
        st.sampled_from(["mixed", "alternative", "digest", "X"]),
        st.sampled_from(["b", "bnd", "-- =_x", "b'()+_,-./:=?"]),
        st.lists(_HEADERS, max_size=1),
        st.lists(parts, max_size=3),
    ).map(_multipart)


def _multipart(drawn: tuple[str, str, list[tuple[str, str]], list[str]]) -> str:
    kind, boundary, headers, parts = drawn
    inner = " ".join(f"[{part}]" for part in parts)
    return " ".join([*_words(f"multipart/{kind}", [("boundary", boundary)], headers), "-parts", f"[list {inner}]"])


TREES: SearchStrategy[str] = LEAVES | _tree(LEAVES) | _tree(_tree(LEAVES))
BUILD = TREES.map(lambda make: [steps(make, ["look $t", "mime::buildmessage $t", "copied $t -translation binary"])])

_CHANNELS = [
    "-translation lf",
    "-translation crlf",
    "-encoding utf-8 -translation lf",
    "-buffering none -encoding ascii",
]
COPY = st.tuples(TREES, st.sampled_from(_CHANNELS)).map(lambda drawn: [steps(drawn[0], [f"copied $t {drawn[1]}"])])

_BODY_OPTIONS = st.lists(
    st.sampled_from(["-decode", "-decode", "-command callback", "-command callback", "-command {failing 1}"])
    | st.sampled_from(["-command {failing 2}", "-blocksize 1", "-blocksize 3", "-blocksize 4096", "-blocksize 0"])
    | st.sampled_from(["-blocksize", "-x y", "-command {}", "-blocksize 0x2", "-blocksize { 010 }", "-blocksize 0.9"])
    | st.sampled_from([f"-command {{leaving data {code}}}" for code in ("return", "error", "7", "-1")])
    | st.sampled_from([f"-command {{leaving end {code}}}" for code in ("return", "break", "continue", "7")]),
    max_size=3,
).map(" ".join)
_BODIES = st.tuples(
    st.sampled_from(["text/plain", "application/octet-stream"]),
    st.sampled_from(["", "utf-8", "us-ascii", "iso-8859-1", "koi8-r", "euc-jp", "x-bad"]),
    pieces(["a", "b\n", "é", "Ã©", "\r\n", "\0", "ÿ", "x" * 9], 8),
    st.booleans(),
).map(lambda drawn: _body(*drawn))


def _body(content: str, charset: str, text: str, in_file: bool) -> str:
    words = _words(content, [("charset", charset)] if charset else [], [])
    return " ".join([*words, *(["-file", f"[in_file {word(text)}]"] if in_file else ["-string", word(text)])])


GETBODY = st.tuples(_BODIES, _BODY_OPTIONS).map(lambda drawn: [steps(drawn[0], [f"mime::getbody $t {drawn[1]}"])])

_TOLD = [
    "mime::encoding $t",
    "mime::getsize $t",
    "mime::getContentType $t",
    "mime::getTransferEncoding $t",
    "mime::getproperty $t size",
]
TOLD = LEAVES.map(lambda make: [steps(make, _TOLD)])

_GIVEN = [
    *("-canonical text/plain", "-canonical multipart/mixed", "-string x", "-string x", "-file nosuch", "-parts {}"),
    *("-header {a b}", "-header {a}", "-header {Content-Type x}", "-param {a b}", "-param {A c}", "-param a"),
    *("-encoding base64", "-bogus x", "-subordinates all"),
]
OPTIONS = st.tuples(
    st.lists(st.sampled_from(_GIVEN), max_size=5), st.sampled_from(["", "", "", "-string", "-bogus"])
).map(lambda drawn: [" ".join(["mime::initialize", *drawn[0], drawn[1]]).rstrip()])

_COMMANDS = """finalize getproperty getheader setheader getbody copymessage buildmessage parseaddress parsedatetime
    mapencoding reversemapencoding qp_encode qp_decode uniqueID word_decode field_decode encoding encodingasciiP
    encodinglineP getsize getContentType getTransferEncoding""".split()
USAGE = st.tuples(
    st.sampled_from(_COMMANDS), st.lists(st.sampled_from(["nosuch", "stdout", "-x", "", "1"]), max_size=6)
).map(lambda drawn: [command(f"mime::{drawn[0]}", *drawn[1])])
