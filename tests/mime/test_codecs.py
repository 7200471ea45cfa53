"""Base64 and quoted-printable."""

from __future__ import annotations

import quopri
import random
import sys
from base64 import b64encode, encodebytes

import pybase64
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tclsmtp.mime.codecs import (
    base64_pieces,
    decode_quoted_printable,
    encode_base64,
    encode_quoted_printable,
    quoted_printable_pieces,
    unquote,
)

PIECES = [b" ", b"\t", b"\n", b".", b"=", b"F", b"From ", b"\r", b"\n.\n", b" \n", b"\x1f", b"x" * 70, b"\xe9", b"a b"]
texts = st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join)
long_texts = st.integers(0, 3).flatmap(lambda n: st.binary(max_size=200).map(lambda end: b"\0\xff" * 30000 * n + end))


class TestBase64:
    def test_lines_have_76_characters_and_the_last_no_end(self) -> None:
        assert [len(line) for line in encode_base64(b"x" * 120).split(b"\n")] == [76, 76, 8]

    def test_nothing_is_nothing(self) -> None:
        assert encode_base64(b"") == b""

    def test_line_break_is_chosen(self) -> None:
        assert encode_base64(b"x" * 58, b"\r\n").count(b"\r\n") == 1

    @given(long_texts)
    @example(b"x" * 57 * 1024)
    @example(b"x" * (57 * 1024 + 1))
    def test_is_what_the_standard_library_writes(self, data: bytes) -> None:
        assert encode_base64(data) == encodebytes(data).rstrip(b"\n")

    @given(st.lists(st.binary(max_size=200) | st.just(b"y" * 60000), max_size=6))
    def test_pieces_together_are_the_whole(self, chunks: list[bytes]) -> None:
        assert b"".join(base64_pieces(chunks)) == encode_base64(b"".join(chunks))


class TestLargeBase64:
    """A body that is large enough for pybase64 to pay."""

    BLOCKS = 20 * 57 * 1024
    DATA = random.Random(1).randbytes(BLOCKS + 1000)
    ENCODED = encodebytes(DATA).rstrip(b"\n")

    def test_without_pybase64(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "pybase64", None)
        assert encode_base64(self.DATA) == self.ENCODED

    def test_pybase64_is_loaded_on_the_way(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(sys.modules, "pybase64")
        assert encode_base64(self.DATA) == self.ENCODED
        assert "pybase64" in sys.modules

    def test_small_body_does_not_load_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delitem(sys.modules, "pybase64")
        encode_base64(self.DATA[: self.BLOCKS // 2])
        assert "pybase64" not in sys.modules

    def test_once_loaded_it_encodes_all_but_the_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        given_to_it: list[bytes] = []

        def encode(octets: memoryview) -> bytes:
            given_to_it.append(bytes(octets))
            return b64encode(octets)

        monkeypatch.setattr(pybase64, "b64encode", encode)
        assert encode_base64(self.DATA) == self.ENCODED
        assert b"".join(given_to_it) == self.DATA[: self.BLOCKS]


class TestQuotedPrintable:
    @pytest.mark.parametrize(
        ("text", "encoded"),
        [
            (b"", b""),
            (b"a!b#c~d_e?f", b"a=21b=23c=7Ed_e?f"),
            (b"caf\xc3\xa9\x1f\x00", b"caf=C3=A9\x1f=00"),
            (b"a \nb\t\n ", b"a=20\nb=09\n=20"),
            (b"From x\nFrom y\n>From z", b"From x\n=46rom y\n>From z"),
            (b".\n.\n.", b".\n=2E\n."),
            (b"a\n.\n.\nb", b"a\n=2E\n.\nb"),
            (b"a \nFrom x", b"a=20\nFrom x"),
            (b"x" * 72, b"x" * 72),
            (b"x" * 73, b"x" * 73 + b"=\n"),
            (b"x" * 72 + b"=y", b"x" * 72 + b"=\n=3Dy"),
            (b"x" * 71 + b"=y", b"x" * 71 + b"=\n=3Dy"),
            (b"x" * 70 + b"=y", b"x" * 70 + b"=3D=\ny"),
            (b"x" * 70 + b" ", b"x" * 70 + b"=20"),
            (b"x" * 72 + b" ", b"x" * 72 + b" =\n"),
            (b"x" * 71 + b"  \ny", b"x" * 71 + b" =\n=20\ny"),
        ],
    )
    def test_is_as_observed(self, text: bytes, encoded: bytes) -> None:
        assert encode_quoted_printable(text) == encoded

    def test_line_of_one_dot_keeps_its_line_break(self) -> None:
        assert encode_quoted_printable(b"a\n.\nb") == b"a\n=2E\nb"

    def test_many_different_octets_are_quoted_as_few_are(self) -> None:
        many = bytes(range(128, 256))
        assert encode_quoted_printable(many).replace(b"=\n", b"") == b"".join(b"=%02X" % octet for octet in many)

    @given(texts | st.binary())
    def test_decodes_to_what_it_was(self, text: bytes) -> None:
        assert quopri.decodestring(encode_quoted_printable(text)) == text

    @given(texts | st.binary())
    def test_no_line_is_too_long(self, text: bytes) -> None:
        assert max(map(len, encode_quoted_printable(text).split(b"\n"))) <= 76

    @given(st.lists(texts, max_size=5))
    def test_pieces_decode_to_what_they_were(self, chunks: list[bytes]) -> None:
        assert quopri.decodestring(b"".join(quoted_printable_pieces(chunks))) == b"".join(chunks)

    @given(st.lists(texts.map(lambda text: text + b"\n"), max_size=5))
    def test_pieces_of_whole_lines_together_are_the_whole(self, chunks: list[bytes]) -> None:
        assert b"".join(quoted_printable_pieces(chunks)) == encode_quoted_printable(b"".join(chunks))

    def test_endless_line_is_not_held(self) -> None:
        pieces = list(quoted_printable_pieces([b"x" * 50000] * 8))
        assert len(pieces) > 2
        assert quopri.decodestring(b"".join(pieces)) == b"x" * 400000


class TestQuotedPrintableInWords:
    @pytest.mark.parametrize(
        ("text", "plain", "specials"),
        [
            (b"a b", b"a_b", b"a_b"),
            (b"_?\t.", b"_?\t.", b"=5F=3F=09."),
            (b"a \nb ", b"a=20\nb_", b"a_\nb_"),
            (b"a\t", b"a=09", b"a=09"),
            (b"a\n.\n b", b"a\n=2E\n_b", b"a\n=2E\n_b"),
            (b"a\nFrom b c", b"a\n=46rom b_c", b"a\n=46rom b_c"),
            (b"a \nFrom b", b"a=20\nFrom_b", b"a_\n=46rom b"),
            (b"=\xe9", b"=3D=E9", b"=3D=E9"),
        ],
    )
    def test_blanks_are_underscores(self, text: bytes, plain: bytes, specials: bytes) -> None:
        assert encode_quoted_printable(text, word=True) == plain
        assert encode_quoted_printable(text, word=True, specials=True) == specials

    def test_specials_are_left_outside_of_words(self) -> None:
        assert encode_quoted_printable(b"_? \t.", specials=True) == b"_? \t."

    def test_no_line_is_broken_when_told(self) -> None:
        assert encode_quoted_printable(b"x\n" + b"y" * 100, soft_breaks=False) == b"x\n" + b"y" * 100


class TestUnquote:
    @pytest.mark.parametrize(
        ("text", "decoded"),
        [
            ("=C3=a9", "\xc3\xa9"),
            ("a \t\nb\t \n\t", "a\nb\n"),
            ("a=20 \nb=\nc = \nd", "a \nbc d"),
            ("=4=\n1", "A"),
            ("=4 \n1", "=4\n1"),
            ("==\n\n", "=\n"),
            ("===41==", "==A=="),
            ("=5 =G1 =", "=5 =G1 ="),
            ("=\r\n=\rx \r\n", "=\r\n=\rx \r\n"),
            ("=\r=41", "=\rA"),
            ("_=5F_", "___"),
            ("a\v\n\f\n", "a\v\n\f\n"),
            ("\u0439=C3 \n=\u0439_= \n=4", "\u0439\xc3\n=\u0439_=4"),
        ],
    )
    def test_is_as_observed(self, text: str, decoded: str) -> None:
        assert decode_quoted_printable(text) == decoded

    @pytest.mark.parametrize(("text", "decoded"), [("_=5F_", " _"), ("__\n_a", "\n a"), ("\u0439_=41_", "\u0439 A")])
    def test_underscore_of_a_word_is_a_blank(self, text: str, decoded: str) -> None:
        assert decode_quoted_printable(text, word=True) == decoded

    @given(texts | st.binary(), st.booleans())
    def test_reads_what_was_written(self, text: bytes, soft_breaks: bool) -> None:
        assert unquote(encode_quoted_printable(text, soft_breaks=soft_breaks)) == text

    @given(st.text("=4C3 \n\r_\tx", max_size=30))
    def test_wide_text_is_decoded_as_other_text_is(self, text: str) -> None:
        assert decode_quoted_printable(f"\u0439{text}") == f"\u0439{decode_quoted_printable(f'x{text}')[1:]}"
