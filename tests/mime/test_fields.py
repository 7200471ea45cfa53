"""The header of a part: its fields, and what Content-Type says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.errors import MimeError
from tclsmtp.mime.fields import Fields, read_content_type


def headers(text: str) -> list[tuple[str, str]]:
    return list(Fields.read(text).headers.items())


class TestFields:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("", []),
            ("A: b\n", [("A", "b")]),
            ("A: b", [("A", "b")]),
            ("A:b:c\n", [("A", "b:c")]),
            ("A \t: b \t\n", [("A", "b")]),
            ("A:\n", [("A", "")]),
            ("Sp ace: v\n", [("Sp ace", "v")]),
            ("A: b\n c\n\td \n", [("A", "b\n c\n\td")]),
            ("A:\n b\n", [("A", "b")]),
            ("A: b\n \nB: c\n", [("A", "b"), ("B", "c")]),
            ("A: b\r\n c\r\nB: d\r\n", [("A", "b\n c"), ("B", "d")]),
            ("A: b\r", [("A", "b")]),
            ("a: 1\nB: 2\nA: 3\n", [("a", "1"), ("a", "3"), ("B", "2")]),
            ("A: \0b\0\n", [("A", "b")]),
            ("\x0bA: \xe9\xa0\n", [("\x0bA", "\xe9")]),
            (" x: y\n", [("\n x", "y")]),
        ],
    )
    def test_names_and_values(self, text: str, expected: list[tuple[str, str]]) -> None:
        assert headers(text) == expected

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            ("bad\nA: b\n", "bad"),
            (": v\n", ": v"),
            ("A: b\nFrom me\n x\n", "From me\n x"),
            (" x\n", "\n x"),
            ("bad\r\n x\r\n", "bad\n x"),
            ("\0: v\n", "\0: v"),
        ],
    )
    def test_line_that_is_no_field(self, text: str, field: str) -> None:
        with pytest.raises(MimeError) as caught:
            Fields.read(text)
        assert caught.value.message == f"improper line in header: {field}"

    def test_what_a_part_writes_itself_is_apart(self) -> None:
        fields = Fields.read(
            "mime-version: 1.0 (x)\nContent-MD5: q\nCONTENT-TYPE: a/B; C=d\n"
            "Content-Transfer-Encoding: Base64\nContent-ID: i\n"
        )
        assert (fields.version, fields.content, fields.params, fields.encoding) == (
            "1.0 (x)",
            "a/b",
            {"c": "d"},
            "base64",
        )
        assert fields.headers.names() == ["Content-ID"]

    def test_without_a_type_it_is_ascii_text(self) -> None:
        fields = Fields.read("A: b\n")
        assert (fields.content, fields.params, fields.version) == ("text/plain", {"charset": "us-ascii"}, "1.0")

    def test_type_that_is_not_understood_counts_as_none(self) -> None:
        assert Fields.read("Content-Type: foobar\nContent-Type: a/b\n").content == "a/b"

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("Content-Type: a/b", "content-type: a/b"),
            ("Content-Transfer-Encoding: 7bit", "Content-Transfer-encoding:"),
        ],
    )
    def test_second_one_is_an_error(self, first: str, second: str) -> None:
        with pytest.raises(MimeError) as caught:
            Fields.read(f"{first}\n{second}\n x\n")
        name = first.partition(":")[0]
        assert caught.value.message == f"multiple {name} fields starting with {second}\n x"

    def test_the_same_transfer_encoding_twice_is_none(self) -> None:
        assert Fields.read("Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: 7BIT\n").encoding == "7bit"

    def test_fields_and_parameters_are_counted(self) -> None:
        assert Fields.read("A: b\nContent-Type: a/b; c=d; e=f\n").count == 4


class TestContentType:
    @pytest.mark.parametrize(
        ("value", "content", "params"),
        [
            ("text/HTML", "text/html", {}),
            ("text / html ;", "text/html", {}),
            ("text/html; A=b; c = d;", "text/html", {"a": "b", "c": "d"}),
            ("text/html; a=b; a=c", "text/html", {"a": "c"}),
            ('text/html; a="b; c=\\"d\\\\"', "text/html", {"a": 'b; c=\\"d\\\\'}),
            ('text/html; a=""', "text/html", {"a": ""}),
            ("(x) text/(y(z)\\))html (;); a(b)=c", "text/html", {"a": "c"}),
            ('x/y;\n\ta="b\n c"', "x/y", {"a": "b\n c"}),
            ("x/y; a*0=b'c%20!#$&*+-.^_`{|}~", "x/y", {"a*0": "b'c%20!#$&*+-.^_`{|}~"}),
            ("message", "message/rfc822", {}),
            ("MESSAGE (x)", "message/rfc822", {}),
        ],
    )
    def test_understood(self, value: str, content: str, params: dict[str, str]) -> None:
        assert read_content_type(value) == (content, params)

    @pytest.mark.parametrize(
        "value", ["", "text", "multipart", "text/", "/html", "a/b/c", "a/b c", '"a/b"', "message;"]
    )
    def test_type_that_is_not_understood(self, value: str) -> None:
        assert read_content_type(value) is None

    @pytest.mark.parametrize(
        "rest",
        [
            ";;",
            "; c",
            "; c=",
            "; c=d e",
            ", c=d",
            '; "c"=d',
            "; c=d@e",
            "; c==d",
            '; c="d',
            '; c="d\\"',
            '; c="d"e',
            "(",
            " )",
            "; c=[d]",
            "; =c",
            "; c=d\\",
        ],
    )
    def test_parameters_that_are_not_understood(self, rest: str) -> None:
        assert read_content_type(f"a/b{rest}") is None

    @given(st.text('a/;="\\() \n', max_size=30))
    def test_any_text_is_understood_or_not(self, value: str) -> None:
        known = read_content_type(value)
        assert known is None or "/" in known[0]

    @pytest.mark.parametrize("text", ['\\"', "\\", "()", "(", "a", '"', "; ", ";a=b"])
    def test_each_character_is_looked_at_once(self, text: str) -> None:
        for begin in ("a/b;c=", 'a/b;c="', "a/b(", "a/b"):
            read_content_type(begin + text * 200_000)
