"""Encoded words in place of what is not ASCII in a header."""

from __future__ import annotations

from base64 import b64decode
from email.header import decode_header, make_header

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tclsmtp.mime.header_text import encode_header_text, pieces
from tclsmtp.mime.words import decode_field
from tests.support.steps import steps

NAMES = ["Subject", "To", "Content-Disposition"]
SHAPES = ["é", "é a ", "a é", "aé ", "é<", '"é" ', 'é"', "é\\", "é; =", "é(", "日本語", "é\n ", "é  ", "=?é"]


def read(value: str) -> str:
    return str(make_header(decode_header(value)))


def unfolded(value: str) -> str:
    return value.replace("\n", "")


class TestWords:
    def test_only_what_is_not_ascii_is_replaced(self) -> None:
        assert encode_header_text("Subject", "an alle: grüße aus Köln am Main") == (
            "an alle: =?utf-8?B?Z3LDvMOfZQ==?= aus =?utf-8?Q?K=C3=B6ln?= am Main"
        )

    def test_blank_between_two_words_is_inside(self) -> None:
        assert read(encode_header_text("Subject", "für Müller")) == "für Müller"

    def test_fold_between_two_words_is_not_inside(self) -> None:
        assert encode_header_text("Subject", "für\n Müller") == encode_header_text("Subject", "für Müller")

    def test_octets_that_are_utf_8_are_read_as_such(self) -> None:
        assert read(encode_header_text("Subject", "caf\xc3\xa9")) == "café"

    def test_base64_of_a_word_is_plain_base64(self) -> None:
        word = encode_header_text("Subject", "日本語")
        assert b64decode(word.removeprefix("=?utf-8?B?").removesuffix("?=")).decode() == "日本語"

    @given(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1).filter(
            lambda t: not t.isascii()
        )
    )
    def test_every_text_comes_back(self, text: str) -> None:
        expected = text.encode("latin-1").decode("utf-8") if _is_utf_8(text) else text
        assert read(encode_header_text("Subject", text)) == expected

    @given(st.text("aé \u4e00\x1c", max_size=100))
    def test_everything_stays_but_folds(self, text: str) -> None:
        assert decode_field(unfolded(encode_header_text("Subject", f"x{text}"))) == f"x{text}"


class TestPlaces:
    def test_quoted_name_becomes_a_phrase(self) -> None:
        value = encode_header_text("To", '"Müller, Jörg" <a@b>, "ASCII" <c@d>')
        assert value == '=?utf-8?Q?M=C3=BCller=2C_J=C3=B6rg?= <a@b>, "ASCII" <c@d>'

    @pytest.mark.parametrize(
        ("phrase", "encoded"),
        [
            ("é<a@b>", "=?utf-8?B?w6k=?= <a@b>"),
            ('"é"x <a@b>', "=?utf-8?B?w6k=?= x <a@b>"),
            ('x"é" <a@b>', "x =?utf-8?B?w6k=?= <a@b>"),
            ('"é""ü" <a@b>', "=?utf-8?B?w6kgw7w=?= <a@b>"),
            ("a@b (é), c@d", "a@b (=?utf-8?B?w6k=?=), c@d"),
            ("é:a@b,é c@d;", "=?utf-8?B?w6k=?=:a@b,=?utf-8?B?w6k=?= c@d;"),
        ],
    )
    def test_words_of_a_phrase_touch_no_other(self, phrase: str, encoded: str) -> None:
        assert encode_header_text("From", phrase) == encoded

    def test_file_name_stays_between_its_quotes(self) -> None:
        value = encode_header_text("Content-Disposition", 'attachment; filename="é ü.txt"')
        assert value.startswith('attachment; filename="=?utf-8?')
        assert value.endswith('?="')


class TestLines:
    @given(st.text("aé \u4e00", max_size=300), st.sampled_from(["Subject", "From", "X-" + "y" * 40]))
    def test_words_are_short(self, text: str, name: str) -> None:
        lines = f"{name}: {encode_header_text(name, text)}".split("\n")
        assert all(len(word) <= 75 for line in lines for word in line.split() if word.startswith("=?"))
        assert all(line.startswith(" ") for line in lines[1:])

    @given(st.lists(st.sampled_from(["a", "é", "\u4e00", "x" * 40, "é" * 40]), max_size=40).map(" ".join))
    @example("é a " * 40)
    @example("a " * 34 + "é")
    def test_lines_are_broken_at_blanks(self, text: str) -> None:
        value = encode_header_text("Subject", text)
        assert max(map(len, f"Subject: {value}".split("\n"))) <= 76

    def test_line_is_not_broken_where_all_fits(self) -> None:
        assert encode_header_text("Subject", "x " * 24 + "é y").endswith("x =?utf-8?B?w6k=?= y")

    def test_lines_are_broken_where_they_were(self) -> None:
        assert encode_header_text("Subject", "a\n\té\n  b") == "a\n\t=?utf-8?B?w6k=?=\n  b"

    def test_no_line_is_empty(self) -> None:
        assert encode_header_text("X-" + "y" * 70, "   é") == "   =?utf-8?B?w6k=?="

    def test_long_text_is_folded(self) -> None:
        value = encode_header_text("Subject", "é" * 200)
        assert max(map(len, f"Subject: {value}".split("\n"))) <= 76
        assert read(value) == "é" * 200


class TestWork:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("shape", SHAPES)
    def test_grows_with_the_text(self, name: str, shape: str) -> None:
        def work(length: int) -> int:
            return steps(lambda: encode_header_text(name, shape * length))

        assert work(400) < 2.1 * work(200)

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("shape", SHAPES)
    def test_no_step_touches_more_than_a_line(self, name: str, shape: str) -> None:
        made = list(pieces(name, shape * 400))
        assert max(map(len, made)) <= 80
        assert "".join(made) == encode_header_text(name, shape * 400)


def _is_utf_8(text: str) -> bool:
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True
