"""How the body of a leaf is labelled and encoded."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.mime.body import prepare
from tclsmtp.mime.part import Part

LARGE = 300_000


def choose(content: str, data: str, charset: str = "", encoding: str = "") -> str:
    params = [("charset", charset)] if charset else []
    return prepare(Part.create(content, params=params, encoding=encoding, data=data)).encoding


class TestEncoding:
    @pytest.mark.parametrize(
        ("content", "data", "encoding"),
        [
            ("text/plain", "plain\n", ""),
            ("text", "blank ", "base64"),
            ("image", "plain", ""),
            ("text/plain", "x" * 76, ""),
            ("text/plain", "x" * 77, "quoted-printable"),
            ("text/plain", ".x", "quoted-printable"),
            ("text/plain", "a\n.", "quoted-printable"),
            ("text/plain", "From x", "quoted-printable"),
            ("text/plain", "a\n>From x", "quoted-printable"),
            ("text/plain", "a From x", ""),
            ("text/plain", "blank \n", "quoted-printable"),
            ("text/plain", "tab\t", "quoted-printable"),
            ("text/plain", "a\x01b\x7f", ""),
            ("text/plain", "a\0\n", "quoted-printable"),
            ("application/pdf", "plain\n", ""),
            ("application/pdf", "a\x01b", "base64"),
            ("application/pdf", "x" * 77, "base64"),
            ("application/pdf", "\xe9", "base64"),
            ("image/gif", "x", "base64"),
            ("video/x", "", "base64"),
            ("audio/basic", "x", "base64"),
            ("message/rfc822", ".x \xe9", ""),
            ("multipart/mixed", ".x ", ""),
            ("no-type", "\xe9", "base64"),
        ],
    )
    def test_suits_type_and_content(self, content: str, data: str, encoding: str) -> None:
        assert choose(content, data) == encoding

    @pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "iso-8859-15", "foo"])
    def test_is_base64_for_what_is_not_printable_in_most_charsets(self, charset: str) -> None:
        assert choose("text/plain", "a\x01", charset) == "base64"
        assert choose("text/plain", "\xe9", charset) == "base64"
        assert choose("text/plain", ".", charset) == "quoted-printable"
        assert choose("text/plain", "a", charset) == ""

    @pytest.mark.parametrize("charset", ["us-ascii", "ISO-8859-1", "iso-8859-8"])
    def test_is_quoted_printable_in_ascii_and_latin(self, charset: str) -> None:
        assert choose("text/plain", "caf\xe9", charset) == "quoted-printable"
        assert choose("text/plain", "a\x01", charset) == ""

    @pytest.mark.parametrize("encoding", ["7bit", "8bit", "binary", "quoted-printable", "base64"])
    def test_that_was_asked_for_counts(self, encoding: str) -> None:
        assert choose("image/gif", "x", encoding=encoding) == encoding

    def test_7bit_cannot_be_where_octets_have_eight(self) -> None:
        assert choose("text/plain", "\xe9", encoding="7bit") == "quoted-printable"
        assert choose("text/plain", "\xe9", encoding="8bit") == "8bit"

    def test_line_breaks_of_text_count_as_one(self) -> None:
        assert choose("text/plain", "a\r\nb\r\n") == ""
        assert choose("text/plain", "a\r\n.\r\n") == "quoted-printable"
        assert choose("application/x", "a\r\nb\r\n") == "base64"


def as_string(part: dict[str, Any], data: bytes, tmp_path: Path) -> Part:
    return Part.create(**part, data=data.decode("latin-1"))


def as_bytes(part: dict[str, Any], data: bytes, tmp_path: Path) -> Part:
    return Part.create(**part, data=data)


def as_file(part: dict[str, Any], data: bytes, tmp_path: Path) -> Part:
    (tmp_path / "body").write_bytes(data)
    return Part.create(**part, path=str(tmp_path / "body"))


def as_large_file(part: dict[str, Any], data: bytes, tmp_path: Path) -> Part:
    return as_file(part, data * (LARGE // max(len(data), 1) + 1), tmp_path)


Maker = Callable[[dict[str, Any], bytes, Path], Part]


def received(part: Part) -> EmailMessage:
    return message_from_bytes(bytes(part), policy=policy.default)


@pytest.mark.parametrize("make", [as_string, as_bytes, as_file, as_large_file])
class TestLabel:
    """Deviation eight-bit, for each way to give a body."""

    @pytest.mark.parametrize(
        ("content", "charset", "data", "label", "text"),
        [
            ("text/plain", "", b"caf\xc3\xa9\n", "utf-8", "café\n"),
            ("text/plain", "", b"caf\xe9\n", "iso-8859-1", "café\n"),
            ("text/plain", "us-ascii", b"caf\xe9\n", "iso-8859-1", "café\n"),
            ("text/plain", "utf-8", b"caf\xc3\xa9\n", "utf-8", "café\n"),
            ("text/plain", "UTF-8", b"caf\xe9\n", "UTF-8", "café\n"),
            ("text/plain", "koi8-r", b"\xc4\xc1\n", "koi8-r", "да\n"),
            ("text/plain", "cp1252", b"\x80\x81\n", "utf-8", "\x80\x81\n"),
            ("text/plain; charset=us-ascii", "", b"caf\xe9\n", "iso-8859-1", "café\n"),
            ("text/plain; charset=utf-8; format=flowed", "", b"caf\xe9\n", "utf-8", "café\n"),
        ],
    )
    def test_says_what_the_octets_are(
        self, make: Maker, tmp_path: Path, content: str, charset: str, data: bytes, label: str, text: str
    ) -> None:
        params = [("charset", charset)] if charset else []
        part = make({"content": content, "params": params}, data, tmp_path)
        message = received(part)
        assert message.get_param("charset") == label
        assert message.get_content().replace("\r\n", "\n").startswith(text)
        assert message["Content-Transfer-Encoding"] in ("quoted-printable", "base64")
        assert bytes(part).isascii()

    def test_of_a_charset_that_nobody_knows_stays(self, make: Maker, tmp_path: Path) -> None:
        part = make({"content": "text/plain", "params": [("charset", "nosuch")]}, b"\xe9\n", tmp_path)
        message = received(part)
        assert message.get_param("charset") == "nosuch"
        body = message.get_payload(decode=True)
        assert isinstance(body, bytes)
        assert body.startswith(b"\xe9\n")

    def test_of_octets_that_are_no_text_is_left_alone(self, make: Maker, tmp_path: Path) -> None:
        part = make({"content": "application/x"}, b"\xc3\xa9\r\n\0", tmp_path)
        message = received(part)
        assert message.get_params() == [("application/x", "")]
        body = message.get_payload(decode=True)
        assert isinstance(body, bytes)
        assert body.startswith(b"\xc3\xa9\r\n\0")

    def test_of_ascii_is_not_added(self, make: Maker, tmp_path: Path) -> None:
        assert received(make({"content": "text/plain"}, b"abc\n", tmp_path)).get_param("charset") is None

    def test_property_stays_what_was_given(self, make: Maker, tmp_path: Path) -> None:
        part = make({"content": "text/plain"}, b"\xe9", tmp_path)
        bytes(part)
        assert part.params == {}


class TestWideText:
    def test_becomes_utf_8(self) -> None:
        message = received(Part.create("text/plain", data="emoji \U0001f600 and 中文\n"))
        assert message.get_param("charset") == "utf-8"
        assert message.get_content() == "emoji \U0001f600 and 中文\n"

    def test_is_encoded_in_the_charset_given(self) -> None:
        message = received(Part.create("text/plain", params=[("charset", "big5")], data="中文\n"))
        assert message.get_param("charset") == "big5"
        assert message.get_content() == "中文\n"

    def test_that_the_charset_lacks_becomes_utf_8(self) -> None:
        message = received(Part.create("text/plain", params=[("charset", "iso-8859-1")], data="中文\n"))
        assert message.get_param("charset") == "utf-8"
        assert message.get_content() == "中文\n"

    def test_of_another_type_is_encoded_too(self) -> None:
        message = received(Part.create("application/json", data='"中"'))
        assert message.get_payload(decode=True) == '"中"'.encode()

    @given(st.text(st.characters(codec="utf-8", exclude_characters="\r")), st.sampled_from(["", "utf-8"]))
    def test_always_arrives(self, text: str, charset: str) -> None:
        params = [("charset", charset)] if charset else []
        part = Part.create("text/plain", params=params, data=text.encode())
        message = received(part)
        body = message.get_payload(decode=True)
        assert isinstance(body, bytes)
        assert body.replace(b"\r\n", b"\n").decode(str(message.get_param("charset", "ascii"))) == text


@pytest.mark.parametrize("make", [as_string, as_file, as_large_file])
@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary", "quoted-printable"])
def test_crlf_is_one_line_break(make: Maker, tmp_path: Path, encoding: str) -> None:
    part = make({"content": "text/plain", "encoding": encoding}, b"one\r\n..two\r\n", tmp_path)
    body = bytes(part).partition(b"\r\n\r\n")[2]
    assert body.startswith(b"one\r\n..two\r\n")
    assert b"\r\r" not in body
    assert b"=0D" not in body


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_line_break_between_two_pieces_of_a_file(tmp_path: Path, newline: bytes) -> None:
    data = b"".join(b"%07d" % number + newline for number in range(LARGE // 8))
    part = as_file({"content": "text/plain"}, data, tmp_path)
    body = bytes(part).partition(b"\r\n\r\n")[2]
    assert body == data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
