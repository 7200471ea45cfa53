"""Charsets: MIME's names, Tcl's and Python's."""

from __future__ import annotations

import pytest

from tclsmtp.mime.charsets import (
    charsets,
    encodings,
    map_encoding,
    python_codec,
    reverse_map_encoding,
    same_codec,
)


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [("utf-8", "UTF-8"), ("iso8859-1", "ISO-8859-1"), ("shiftjis", "Shift_JIS"), ("ascii", "US-ASCII")],
)
def test_tcl_encoding_has_a_charset(encoding: str, charset: str) -> None:
    assert map_encoding(encoding) == charset


@pytest.mark.parametrize("encoding", ["latin1", "iso-8859-1", "ISO8859-1", "unicode", "macRoman", ""])
def test_no_charset_for_what_is_no_tcl_encoding_or_has_none(encoding: str) -> None:
    assert map_encoding(encoding) == ""


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("UTF-8", "utf-8"),
        ("us-ascii", "ascii"),
        ("latin1", "iso8859-1"),
        ("l2", "iso8859-2"),
        ("korean", "ksc5601"),
        ("windows-1253", "cp1253"),
        ("857", "cp857"),
        ("ms936", "cp936"),
        ("iso-ir-157", "iso8859-10"),
        ("iso_8859-16:2001", "iso8859-16"),
    ],
)
def test_charset_has_a_tcl_encoding(charset: str, encoding: str) -> None:
    assert reverse_map_encoding(charset) == encoding


@pytest.mark.parametrize("charset", ["", "cp1252", "iso8859-1", "macintosh", "base64", "windows_1255", "utf16"])
def test_no_tcl_encoding_for_other_names(charset: str) -> None:
    assert reverse_map_encoding(charset) == ""


@pytest.mark.parametrize("charset", ["utf-8", "ISO-8859-15", "koi8-r", "Shift_JIS", "windows-1252"])
def test_python_reads_it(charset: str) -> None:
    codec = python_codec(charset)
    assert codec
    assert "abc".encode(codec) == b"abc"


@pytest.mark.parametrize(
    "charset",
    ["", "nosuch", "base64", "hex", "rot13", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "a\0b"],
)
def test_what_is_no_charset_of_mail_is_not_used(charset: str) -> None:
    assert python_codec(charset) is None


def test_each_charset_of_an_encoding_leads_back_to_it() -> None:
    assert {encoding: charsets()[charset.lower()] for encoding, charset in encodings().items() if charset} == {
        encoding: encoding for encoding, charset in encodings().items() if charset
    }


@pytest.mark.parametrize("encoding", ["ascii", "shiftjis", "koi8-u", "iso8859-12", "UTF-8", "latin1", "unicode", ""])
def test_no_codec_is_the_same_where_tcl_goes_its_own_way(encoding: str) -> None:
    assert same_codec(encoding) is None
