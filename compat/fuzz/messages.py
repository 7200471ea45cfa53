"""Texts of messages to be parsed: nested, with boundaries that lie, with lines that do not belong into a header.

Left out: CR outside of bodies, as 1.21 makes a `]` of it at the end of a header's line; octets beyond ASCII in headers,
which deviate (raw-header) and have tests of their own; messages within messages in base64 or quoted-printable, which
every release decodes and then writes as they are, under the old label; unknown charsets together with unknown
encodings, for which 1.21 has an error of one word.
"""

from __future__ import annotations

import re

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from compat.fuzz.parts import steps
from compat.fuzz.texts import pieces, word

_FIELDS = [
    "Subject: hello",
    "subject: again",
    "To: one@x,\n two@y",
    "X-Tab:\tv\n\tcont",
    "Odd : v",
    "Sp ace: v",
    "X: =?utf-8?q?=C3=A9?=",
    "Received: from a",
    "Received: from b",
    "X-Empty:",
    "X-Blank: \n ",
    "MIME-Version: 1.0",
    "MIME-Version: 2.0",
    "MIME-Version:  1.0 (x)",
    "Content-Disposition: attachment; filename=x",
    "Content-ID: <a@b>",
    f"X-Long: {'w ' * 60}",
    "X: {",
    "X: $a[b]\\",
]
_ODD_LINES = ["no colon", "From me@here Mon", ": nothing", " folded first", "\tfolded"]
_LEAF_TYPES = [
    "",
    "",
    "text/plain",
    "text/html; charset=utf-8",
    'text/plain; charset="iso-8859-1"',
    "text",
    "text/plain;;",
    "text/plain; charset",
    "application/octet-stream",
    "application/x-y (comment); a=b",
    "image/gif; name=a.gif",
    'text/plain; a="q\\"x"',
    "TEXT/PLAIN; CHARSET=KOI8-R",
    "text/plain; charset=utf-8; charset=us-ascii",
    "text/ plain",
    "/",
    "text/plain; a=b c",
]
_ENCODINGS = [
    "",
    "",
    "",
    "7bit",
    "8bit",
    "binary",
    "base64",
    "quoted-printable",
    "Quoted-Printable",
    "x-uu",
    "base64 (c)",
    "7bit 8bit",
]
_LIGHT_ENCODINGS = ["", "", "", "7bit", "8bit", "binary", "x-uu"]
_PIECES = [*"ab=_ .\t", "\n", "\n", "=3D", "=C3=A9", "=\n", "é", "--", "--b\n", "w6k=", "YWJj\n", ": ", "From x\n"]
_BODY = pieces(_PIECES, 15)
_BODY_WITH_CR = pieces([*"ab=_ .\t", "\n", "\r\n", "\r\n", "\r", "=3D", "=\r\n", "=\n", "é", "YWJj\r\n"], 15).map(
    "a{}.".format
)
_BOUNDARIES = ["b", "bnd", "b b", "--", "b'()+_,-./:=?"]
_LINE_AFTER = ["\n", "\n", "\n", "\n", " \n", "", "x\n"]


def _header(drawn: tuple[str, str, list[str]]) -> str:
    content, encoding, fields = drawn
    lines = list(fields)
    if content:
        lines.insert(len(lines) // 2, f"Content-Type: {content}")
    if encoding:
        lines.append(f"Content-Transfer-Encoding: {encoding}")
    return "".join(f"{line}\n" for line in lines)


_SOME_FIELDS = st.lists(st.sampled_from(_FIELDS), max_size=3)
_ODD_FIELDS = st.lists(st.sampled_from([*_FIELDS, *_ODD_LINES]), max_size=3)


def _headers(types: SearchStrategy[str], encodings: list[str] = _ENCODINGS) -> SearchStrategy[str]:
    return st.tuples(types, st.sampled_from(encodings), _SOME_FIELDS | _SOME_FIELDS | _ODD_FIELDS).map(_header)


_BREAK = st.sampled_from(["\n", "\n", "\n", "\n\n", ""])
_TEXT_TYPES = [name for name in _LEAF_TYPES if name.startswith("text/")]
_WITH_CR = st.tuples(_headers(st.sampled_from(_TEXT_TYPES)), st.just("\n"), _BODY_WITH_CR).map("".join)
LEAVES = st.tuples(_headers(st.sampled_from(_LEAF_TYPES)), _BREAK, _BODY).map("".join) | _WITH_CR


def _enclosed(messages: SearchStrategy[str]) -> SearchStrategy[str]:
    types = st.sampled_from(["message/rfc822", "message/rfc822", "message/partial", "Message/RFC822; a=b"])
    return st.tuples(_headers(types, _LIGHT_ENCODINGS), st.sampled_from(["\n", "\n\n"]), messages).map("".join)


def _multipart(messages: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(
        st.sampled_from(_BOUNDARIES),
        st.sampled_from(["mixed", "mixed", "alternative", "digest", "x"]),
        st.sampled_from(["", '"', '"']),
        _headers(st.just("TYPE")),
        st.sampled_from(["", "", "preamble\n", "\n", "--other\n"]),
        st.lists(
            st.tuples(messages, st.sampled_from(_LINE_AFTER), st.sampled_from(["\n", "\n", "\n", ""])), max_size=3
        ),
        st.sampled_from(["--\n", "--\n", "--", "", "-\n", "--\nepilogue\n"]),
    ).map(_assemble)


def _assemble(drawn: tuple[str, str, str, str, str, list[tuple[str, str, str]], str]) -> str:
    boundary, kind, quote, header, preamble, parts, end = drawn
    given = header.replace("TYPE", f"multipart/{kind}; boundary={quote}{boundary}{quote}")
    inner = "".join(f"--{boundary}{after}{text}{last}" for text, after, last in parts)
    return f"{given}\n{preamble}{inner}--{boundary}{end}"


_NESTED = LEAVES | _enclosed(LEAVES) | _multipart(LEAVES)
MESSAGES = LEAVES | _multipart(LEAVES) | _multipart(_NESTED) | _enclosed(_NESTED)

_CUT = st.tuples(MESSAGES, st.integers(0, 400)).map(lambda drawn: drawn[0][: -drawn[1]])


_NO_EMPTY_LINE = re.compile(r"^(?:[^\n:]+:.*|[ \t].*)\n?(?:--|\Z)", re.MULTILINE)
"""A part of headers only. In a file it has a size of -1 for tcllib, and the octets behind it for a body (crlf-body)."""


def _parsed(text: str, *scripts: str) -> list[str]:
    calls = [steps(f"mime::initialize -string {word(text)}", [*scripts])]
    if not _NO_EMPTY_LINE.search(text):
        # A message in a file whose end is missing is no message any more, and 2.0 writes a boundary without a name.
        may_be_lost = "message/" in text.lower() and "multipart/" in text
        calls.append(steps(f"mime::initialize -file [in_file {word(text)}]", [*scripts[: 1 if may_be_lost else None]]))
    return calls


_ODD_NAME = re.compile(r"(?:\A|\n--.*\n|\n\n)[ \t].*:|^[^:\n]+\n[ \t].*:|^(?=.*é)[^:\n]+:", re.MULTILINE)
"""A header whose name begins with a blank, or is folded, which is written otherwise (injection), or is beyond ASCII."""

PARSE = MESSAGES.filter(lambda text: not _ODD_NAME.search(text)).map(
    lambda text: _parsed(text, "look $t", "mime::buildmessage $t")
)
PARSE_CUT = _CUT.map(lambda text: _parsed(text, "look $t"))
