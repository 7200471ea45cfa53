"""Messages as their reader has them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.migrate.messages import LONG, MALFORMED, MAX_DEPTH, RAW, Header, read

MIXED = b"""\
Subject: two\r
Content-Type: multipart/mixed;\r
              boundary="b 1"\r
\r
before\r
--b 1\r
\r
one\r
\r
--b 1\r
Content-Type: message/rfc822\r
\r
Subject: inner\r
Content-Type: multipart/alternative; boundary=b2\r
\r
--b2\r
\r
plain\r
--b2\r
Content-Type: text/html\r
\r
<p>\r
--b2--\r
\r
--b 1--\r
"""

LATIN = b'Content-Type: text/plain; charset="iso-8859-1"\r\n'


def test_parts_are_numbered_as_imap_does() -> None:
    found = [(entity.number, entity.kind) for entity in read(MIXED).walk()]
    assert found == [
        ("", "multipart/mixed"),
        ("1", "text/plain"),
        ("2", "message/rfc822"),
        ("2.1", "multipart/alternative"),
        ("2.1.1", "text/plain"),
        ("2.1.2", "text/html"),
    ]


def test_bodies_end_before_the_break_of_the_delimiter() -> None:
    texts = [entity.text for entity in read(MIXED).walk() if entity.text is not None]
    assert texts == ["one\n", "plain", "<p>"]


def test_text_around_the_parts_is_kept() -> None:
    assert read(MIXED).around == "before"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (b"Subject: a\r\n b", "a b"),
        (b"Subject: =?utf-8?Q?caf=C3=A9_x?=", "caf\xe9 x"),
        (b"Subject: =?iso-8859-1?B?6Q==?=\r\n =?iso-8859-1?Q?=E8?= x", "\xe9\xe8 x"),
        (b"Subject: =?nonsense?Q?a?=", "=?nonsense?Q?a?="),
        (b"Subject:x  y ", "x  y"),
        (b"To: a@x.example ,b@y.example,\r\n\tc@z.example", "a@x.example, b@y.example, c@z.example"),
    ],
)
def test_headers_are_unfolded_and_decoded(field: bytes, value: str) -> None:
    [header] = read(field + b"\r\n\r\n").headers
    assert (header.value, header.marks) == (value, ())


def test_names_are_spelled_one_way() -> None:
    assert [header.name for header in read(b"SUBJECT: a\r\nmessage-id: b\r\nx-tHing: c\r\n\r\n").headers] == [
        "Subject",
        "Message-ID",
        "X-Thing",
    ]


def test_raw_and_long_headers_are_marked() -> None:
    raw, latin, long = read(b"A: caf\xc3\xa9\r\nB: caf\xe9\r\nC: " + b"x" * 996 + b"\r\n\r\n").headers
    assert raw == Header("A", "caf\xe9", (RAW,))
    assert latin == Header("B", "caf\xe9", (RAW,))
    assert long.marks == (LONG,)


def test_line_that_is_no_header_is_kept() -> None:
    message = read(b'Content-Type: text/html\r\n;\r\n  boundary="x"\r\nSubject: s\r\n\r\nbody')
    assert message.values(MALFORMED) == (';  boundary="x"',)
    assert (message.values("subject"), message.text) == (("s",), "body")


@pytest.mark.parametrize(
    ("head", "raw", "text"),
    [
        (LATIN + b"Content-Transfer-Encoding: quoted-printable", b"=E9=\r\nx", "\xe9x"),
        (b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: BASE64", b"w6k\r\n=", "\xe9"),
        (b"Content-Type: text/plain; charset=nonsense", b"caf\xe9", "caf\xe9"),
        (b"Content-Type: text/plain; charset=utf-8", b"caf\xe9", "caf\xe9"),
        (b"Subject: s", b"caf\xc3\xa9\r\n\r\n", "caf\xe9\n\n"),
        (b"Content-Type: image/png", b"\x89PNG", None),
    ],
)  # fmt: skip
def test_bodies_are_decoded(head: bytes, raw: bytes, text: str | None) -> None:
    assert read(head + b"\r\n\r\n" + raw).text == text


def test_parameters_keep_their_order() -> None:
    message = read(b'Content-Type: text/plain; Name="a \\"b\\".txt"; charset=utf-8;\r\n\r\n')
    assert message.parameters == (("name", 'a "b".txt'), ("charset", "utf-8"))


def test_what_is_no_parameter_is_kept() -> None:
    message = read(b'Content-Type: text/plain; charset="utf-8"\r\n charset="utf-8"; x\r\n\r\n')
    assert message.parameters == (("charset", "utf-8"), (MALFORMED, 'charset="utf-8"; x'))


def test_boundary_on_a_line_that_strayed_is_read() -> None:
    message = read(b"Content-Type: multipart/mixed; a=1\r\n;\r\n  boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--")
    assert message.parameters == (("a", "1"), ("boundary", "b"))
    assert [part.text for part in message.parts] == ["x"]


def test_raw_and_long_bodies_are_told() -> None:
    assert read(b"\r\n\r\n\xff").forms == (RAW,)
    assert read(b"\r\n" + b"x" * 999).forms == (LONG,)


def test_multipart_without_its_delimiter_is_one_body() -> None:
    message = read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--c\r\n\r\nx")
    assert (message.parts, message.body) == ((), b"--c\r\n\r\nx")


def test_last_part_may_lack_its_end() -> None:
    message = read(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n\r\ny")
    assert [part.text for part in message.parts] == ["x", "y"]


def test_nesting_ends_somewhere() -> None:
    message = read(b"Content-Type: message/rfc822\r\n\r\n" * 5000)
    assert sum(1 for _ in message.walk()) == MAX_DEPTH + 1


@pytest.mark.parametrize("charset", ["idna", "punycode", "unicode_escape", "rot13", "utf-7", "undefined", "\xff"])
def test_charsets_that_are_none_do_no_harm(charset: str) -> None:
    head = f"Content-Type: text/plain; charset={charset}\r\n\r\n".encode()
    text = read(head + b"\\N{+2AA-\xff").text
    assert text is not None
    assert text.encode()


PIECES = st.sampled_from([
    b"Content-Type: multipart/x; boundary=b\r\n", b"--b\r\n", b"--b--", b"Content-Type: message/rfc822\r\n",
    b"Content-Type: text/x; charset=", b"utf-7\r\n", b"=?utf-7?B?K0FBQQ==?=", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"To: ", b"\r\n", b"\n", b",", b" ", b"\xff", b"A", b"=", b'"',
    b"\\", b";",
])  # fmt: skip


@given(st.one_of(st.binary(), st.lists(PIECES, max_size=25).map(b"".join)))
def test_any_octets_are_read(content: bytes) -> None:
    message = read(content)
    assert message == read(content)
    for entity in message.walk():
        assert (entity.text or "").encode() is not None
        assert all(header.value.encode() is not None for header in entity.headers)
