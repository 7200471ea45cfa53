"""Transfer encodings undone, whole and in pieces."""

from __future__ import annotations

import base64
import quopri
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tclsmtp.errors import MimeError
from tclsmtp.mime.transfer import decode_base64, decode_quoted_printable

Decode = Callable[[Iterable[bytes]], Iterator[bytes]]
BROKEN = st.lists(st.sampled_from([b"=", b"=\n", b" ", b"\t", b"\n", b"\r", b"4", b"1", b"x", b"E"])).map(b"".join)


def whole(decode: Decode, octets: bytes) -> bytes:
    return b"".join(decode((octets,)))


def in_pieces(decode: Decode, octets: bytes, length: int) -> bytes:
    return b"".join(decode(octets[start : start + length] for start in range(0, len(octets), length)))


class TestBase64:
    @pytest.mark.parametrize(
        ("text", "octets"),
        [
            (b"", b""),
            (b"eHl6", b"xyz"),
            (b"eHk=\n", b"xy"),
            (b"eA==", b"x"),
            (b"eA", b"x"),
            (b" e\r\nH!l-6\xe9", b"xyz"),
            (b"====", b""),
            (b"eHg=eHg=", b"xx\x1e\x1e"),
        ],
    )
    def test_what_is_no_letter_is_skipped(self, text: bytes, octets: bytes) -> None:
        assert whole(decode_base64, text) == octets

    def test_one_letter_too_many(self) -> None:
        with pytest.raises(MimeError) as caught:
            whole(decode_base64, b"eHl6\ne=")
        assert caught.value.message == 'invalid base64 character "e" at position 4'

    def test_last_line_apart(self) -> None:
        assert b"".join(decode_base64((b"eHg=\n", b"eH", b"h4"), last_line_apart=True)) == b"xxxxx"

    @given(st.binary(max_size=300), st.integers(1, 50))
    def test_pieces_make_no_difference(self, octets: bytes, length: int) -> None:
        assert in_pieces(decode_base64, base64.encodebytes(octets), length) == octets
        assert in_pieces(lambda pieces: decode_base64(pieces, True), base64.encodebytes(octets), length) == octets


class TestQuotedPrintable:
    @pytest.mark.parametrize(
        ("text", "octets"),
        [
            (b"a=E9=e9", b"a\xe9\xe9"),
            (b"a=\nb", b"ab"),
            (b"a \t\nb= \nc \t", b"a\nbc"),
            (b"=20\n", b" \n"),
            (b"=zz=4\n=", b"=zz=4\n="),
            (b"==41=", b"=A="),
            (b"a==\n\n", b"a=\n"),
            (b"a=\r\nb \r\n", b"a=\r\nb \r\n"),
            (b"=3D41", b"=41"),
            (b"a_b\0", b"a_b\0"),
        ],
    )
    def test_what_is_not_quoted_stays(self, text: bytes, octets: bytes) -> None:
        assert whole(decode_quoted_printable, text) == octets

    @given(BROKEN, st.integers(1, 9))
    @example(b"==\n=\n44=\n", 1)  # the halves of an octet, two soft breaks apart
    def test_pieces_make_no_difference(self, text: bytes, length: int) -> None:
        assert in_pieces(decode_quoted_printable, text, length) == whole(decode_quoted_printable, text)

    @given(st.binary(max_size=300).map(lambda octets: octets.replace(b"\r", b"")))
    def test_reads_what_python_writes(self, octets: bytes) -> None:
        assert whole(decode_quoted_printable, quopri.encodestring(octets)) == octets

    @pytest.mark.parametrize("text", [b" ", b"=", b"=4", b" \t=", b"=\r"])
    def test_long_lines_take_time_in_proportion(self, text: bytes) -> None:
        octets = text * 2_000_000 + b"x"
        assert in_pieces(decode_quoted_printable, octets, 50_000) == whole(decode_quoted_printable, octets)

    def test_long_line_is_cut_between_quoted_octets(self) -> None:
        text = b"=41=42" * 100_000
        assert in_pieces(decode_quoted_printable, text, 1000) == b"AB" * 100_000
