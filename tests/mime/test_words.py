"""Encoded words and the fields that hold them, with Python's codecs."""

from __future__ import annotations

from email.header import decode_header, make_header
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.errors import MimeError
from tclsmtp.mime.charsets import Charsets
from tclsmtp.mime.words import Word, decode_field, decode_word, encode_words

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]))


class TestDecodeField:
    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("", ""),
            ("plain \n text ", "plain \n text "),
            ("=?utf-8?Q?caf=C3=A9?=", "caf\xe9"),
            ("=?ISO-8859-1?b?Y2Fm6Q==?=", "caf\xe9"),
            ("a =?utf-8?Q?b?= c", "a b c"),
            (" \n =?utf-8?Q?a?=\t=?utf-8?Q?b?= ", "ab "),
            ("=?utf-8?Q?a?=\xa0\u3000=?utf-8?Q?b?=", "ab"),
            ("=?utf-8?Q?a?= (=?utf-8?Q?b?=)", "a (b)"),
            ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
            ("=?utf-8?Q?_a_b_?=", " a b"),
            ("=?utf-8?Q?a b?=", "a b"),
            ("=?utf-8?B?Y!Q?=", "a"),
            ("=?utf-8?B?YQ==YQ==?=", "a\x06\x10"),
            ("=?utf-8?Q?\u0439=20x?=", "\u0439 x"),
            ("\U0001f600 =?utf-8?Q?a?=", "\U0001f600 a"),
        ],
    )
    def test_words_are_decoded(self, field: str, text: str) -> None:
        assert decode_field(field) == text

    @pytest.mark.parametrize(
        "field",
        [
            "=?",
            "=?=?=",
            "=?utf-8",
            "=?utf-8?",
            "=?utf-8?Q",
            "=?utf-8?Q?",
            "=?utf-8?Q?a",
            "=?utf-8?Q?a?",
            "=?utf-8?Q?a?b?=",
            "=?utf-8?QQ?a?=",
            "=?utf-8??a?=",
            "=??Q?a?=",
        ],
    )
    def test_what_is_no_word_stays(self, field: str) -> None:
        assert decode_field(f"x {field} y") == f"x {field} y"

    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("=?=?utf-8?q?a?=", "=?a"),
            ("=?utf-8?q=?utf-8?q?a?=", "=?utf-8?qa"),
            ("=?utf-8?q?x=?utf-8?q?a?=", "=?utf-8?q?xa"),
            ("=?utf-8?q?=?utf-8?q?x?=?=", "=?utf-8?q?x?="),
        ],
    )
    def test_word_may_begin_inside_of_what_is_none(self, field: str, text: str) -> None:
        assert decode_field(field) == text

    @pytest.mark.parametrize(
        ("field", "message"),
        [
            ("a =?x-none?Q?a?=", "unknown charset 'x-none'"),
            ("=?utf-8*en?Q?a?=", "unknown charset 'utf-8*en'"),
            ("=?=?=?=?q?a?=", "unknown charset '='"),
            ("=?utf-8?X?a?=", "unknown method 'X', must be B or Q"),
            ("=?utf-8???a?=", "unknown method '?', must be B or Q"),
            ("=?utf-8?B?YWJjZ?=", 'invalid base64 character "Z" at position 4'),
        ],
    )
    def test_word_that_cannot_be_read_is_an_error(self, field: str, message: str) -> None:
        with pytest.raises(MimeError) as caught:
            decode_field(field)
        assert caught.value.message == message

    @given(st.lists(st.sampled_from(["=?", "?=", "?", "=", "a", " ", "=?utf-8?q?b?="]), max_size=30).map("".join))
    def test_every_field_is_shorter_or_an_error(self, field: str) -> None:
        try:
            decoded = decode_field(field)
        except MimeError as error:
            decoded = error.message.partition(" ")[0]
        assert len(decoded) <= len(field)

    @pytest.mark.parametrize("piece", ["=?utf-8?q?a", "=?utf-8?q?a? ", "=?utf-8?q?=?utf-8?q?", "=?a", "?", " ", "??="])
    def test_megabytes_without_a_word_stay(self, piece: str) -> None:
        field = f"x{piece * 300_000}"
        assert decode_field(field) == field

    def test_megabytes_of_words_are_read(self) -> None:
        assert decode_field("=?utf-8?q?a?= " * 100_000) == "a" * 100_000 + " "

    def test_megabytes_of_beginnings_are_an_error(self) -> None:
        with pytest.raises(MimeError, match="unknown charset '='"):
            decode_field("=?" * 500_000)


class TestDecodeWord:
    @pytest.mark.parametrize(
        ("word", "found"),
        [
            ("=?utf-8?Q?caf=C3=A9?=", Word("utf-8", "quoted-printable", "caf\xc3\xa9")),
            ("=?US-ASCII?b?YSBi?=", Word("ascii", "base64", "a b")),
            ("x =?latin1?q?a_b?= =?utf-8?q?c?=", Word("iso8859-1", "quoted-printable", "a b")),
            ("=?=?utf-8?q?a?=", Word("utf-8", "quoted-printable", "a")),
            ("=?utf-8?q?\u0439_?=", Word("utf-8", "quoted-printable", "\u0439")),
        ],
    )
    def test_charset_is_not_decoded(self, word: str, found: Word) -> None:
        assert decode_word(word) == found

    @pytest.mark.parametrize("word", ["", "a", "=?utf-8?Q?a", "=??Q?a?=", "=?utf-8?QQ?a?=", "=?a=?b?"])
    def test_what_is_no_word_is_an_error(self, word: str) -> None:
        with pytest.raises(MimeError) as caught:
            decode_word(word)
        assert caught.value.message == f"malformed word-encoded expression '{word}'"


class TestEncodeWords:
    @pytest.mark.parametrize(
        ("text", "encoding", "method", "words"),
        [
            ("", "utf-8", "base64", ""),
            ("caf\xe9", "utf-8", "base64", "=?UTF-8?B?Y2Fmw6k=?="),
            ("caf\xe9 _?=\t", "iso8859-1", "quoted-printable", "=?ISO-8859-1?Q?caf=E9_=5F=3F=3D=09?="),
            (b"caf\xe9", "iso8859-1", "base64", "=?ISO-8859-1?B?Y2Fm6Q==?="),
            ("a\n.\n", "ascii", "quoted-printable", "=?US-ASCII?Q?a\n.\n?="),
        ],
    )
    def test_text_becomes_a_word(self, text: str | bytes, encoding: str, method: str, words: str) -> None:
        assert encode_words(text, encoding, method) == words

    def test_character_is_not_divided(self) -> None:
        assert encode_words("\u3042" * 3, "utf-8", "base64", 20) == "\n ".join(
            ["=?UTF-8?B?44GC44GC?=", "=?UTF-8?B?44GC?="]
        )
        assert encode_words("\xe9" * 3, "utf-8", "quoted-printable", 25) == "\n ".join(
            ["=?UTF-8?Q?=C3=A9=C3=A9?=", "=?UTF-8?Q?=C3=A9?="]
        )

    @pytest.mark.parametrize(
        ("encoding", "method", "length", "message"),
        [
            ("UTF-8", "base64", 66, "unknown charset 'UTF-8'"),
            ("symbol", "base64", 66, "invalid charset 'symbol'"),
            ("symbol", "tea", 66, "invalid charset 'symbol'"),
            ("utf-8", "tea", 66, "unknown method 'tea', must be base64 or quoted-printable"),
            ("utf-8", "base64", 15, "maxlength 15 too short for chosen charset and encoding"),
            ("utf-8", "quoted-printable", 17, "maxlength 17 too short for chosen charset and encoding"),
        ],
    )
    def test_what_cannot_be_is_an_error(self, encoding: str, method: str, length: int, message: str) -> None:
        with pytest.raises(MimeError) as caught:
            encode_words("\xe9", encoding, method, length)
        assert caught.value.message == message

    def test_length_is_named_as_it_was_given(self) -> None:
        with pytest.raises(MimeError, match="maxlength 0xf too short"):
            encode_words("\xe9", "utf-8", max_length=15, given_length="0xf")

    @pytest.mark.parametrize(("length", "longest"), [(19, 16), (19.99, 20), (inf, 52)])
    def test_fraction_of_a_length_counts_as_in_tcl(self, length: float, longest: int) -> None:
        assert max(map(len, encode_words("x" * 29, "utf-8", max_length=length).split("\n "))) == longest

    def test_no_word_is_too_short_for_no_text(self) -> None:
        assert encode_words("", "utf-8", "base64", -1) == ""

    @given(texts, st.sampled_from(["base64", "quoted-printable"]), st.integers(26, 80))
    def test_words_are_short_and_others_read_them(self, text: str, method: str, length: int) -> None:
        words = encode_words(text, "utf-8", method, length)
        assert all(len(word.strip()) <= length for word in words.split("\n"))
        assert str(make_header(decode_header(words))) == text

    @given(texts)
    def test_base64_comes_back(self, text: str) -> None:
        assert decode_field(encode_words(text, "utf-8", "base64")) == text

    @given(st.text(st.characters(codec="latin-1", exclude_characters="\n\t ")))
    def test_quoted_printable_without_blanks_comes_back(self, text: str) -> None:
        assert decode_field(encode_words(text, "iso8859-1", "quoted-printable")) == text


class TestCharsets:
    def test_a_charset_of_the_caller_s_own(self) -> None:
        class Own(Charsets):
            def charset_of(self, encoding: str) -> str | None:
                return "x-own"

            def encoding_of(self, charset: str) -> str:
                return "cp1251" if charset == "x-own" else ""

        word = encode_words("\u0439", "cp1251", "base64", charsets=Own())
        assert word == "=?x-own?B?6Q==?="
        assert decode_field(word, Own()) == "\u0439"

    def test_what_a_charset_lacks_is_a_question_mark(self) -> None:
        assert encode_words("a\u0439", "iso8859-1", "base64") == "=?ISO-8859-1?B?YT8=?="

    def test_encoding_that_python_does_not_know_is_an_error(self) -> None:
        with pytest.raises(MimeError, match='unknown encoding "jis0212"'):
            decode_field("=?x0212?Q?a?=")
