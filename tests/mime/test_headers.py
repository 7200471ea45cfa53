"""Headers as a multimap, and as lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.errors import MimeError
from tclsmtp.mime.headers import MAX_LINE, Headers, fold_breaks, header_line


class TestHeaders:
    def test_name_that_was_read_may_be_any(self) -> None:
        headers = Headers()
        headers.add_as_read("Sp ace", "1")
        headers.add_as_read("sp ACE", "2")
        assert list(headers.items()) == [("Sp ace", "1"), ("Sp ace", "2")]

    def test_names_have_no_case_and_keep_their_first_spelling(self) -> None:
        headers = Headers([("X-a", "1"), ("Subject", "s"), ("x-A", "2")])
        assert list(headers.items()) == [("X-a", "1"), ("X-a", "2"), ("Subject", "s")]
        assert headers.get_all("X-A") == ["1", "2"]
        assert "x-a" in headers

    def test_setting_keeps_the_place(self) -> None:
        headers = Headers([("A", "1"), ("B", "2")])
        headers.set_all("a", ["3", "4"])
        assert list(headers.items()) == [("A", "3"), ("A", "4"), ("B", "2")]

    def test_removed_header_comes_back_at_the_end(self) -> None:
        headers = Headers([("A", "1"), ("B", "2")])
        headers.remove("a")
        headers.add("A", "3")
        assert headers.names() == ["B", "A"]

    def test_removing_what_is_not_there(self) -> None:
        Headers().remove("A")

    def test_name_without_values_has_no_line(self) -> None:
        headers = Headers()
        headers.set_all("A", [])
        assert (headers.names(), list(headers.items()), len(headers)) == (["A"], [], 1)

    def test_copy_changes_on_its_own(self) -> None:
        headers = Headers([("A", "1")])
        headers.copy().add("A", "2")
        assert headers.get_all("A") == ["1"]

    def test_values_given_out_are_the_caller_s_own(self) -> None:
        headers = Headers([("A", "1")])
        headers.get_all("A").append("2")
        assert headers.get_all("A") == ["1"]

    @pytest.mark.parametrize("name", ["a\nb", "a\r", "\0", "Subject: x\r\nBcc"])
    def test_name_that_would_begin_another_line_is_refused(self, name: str) -> None:
        with pytest.raises(MimeError, match="header name"):
            Headers().add(name, "x")
        with pytest.raises(MimeError, match="header name"):
            Headers().set_all(name, ["x"])

    @pytest.mark.parametrize("name", ["Subject:", "X Bad", " a"])
    def test_name_that_no_rfc_allows_goes_out_as_it_is(self, name: str) -> None:
        headers = Headers([(name, "x")])
        assert [header_line(*pair) for pair in headers.items()] == [f"{name}: x"]


class TestHeaderLine:
    def test_plain_value_stays_to_the_letter(self) -> None:
        assert header_line("X-A", "  two   words\t") == "X-A:   two   words\t"

    @pytest.mark.parametrize("value", ["a\r\nBcc: b", "a\nBcc: b", "a\rBcc: b", "a\r\n\r\n\nBcc: b", "a\n\0\nBcc: b"])
    def test_line_break_becomes_a_fold(self, value: str) -> None:
        assert header_line("Subject", value) == "Subject: a\n Bcc: b"

    def test_fold_stays_what_it_is(self) -> None:
        assert header_line("Subject", "a\n\tb\r\n  c") == "Subject: a\n\tb\n  c"

    @pytest.mark.parametrize(
        ("name", "line"),
        [("Sp ace", "Sp ace: v"), ("\n x", "x: v"), ("A\rB\0\n:C", "AB:C: v"), ("\xe9", "?: v")],
    )
    def test_name_that_was_read_begins_no_other_header(self, name: str, line: str) -> None:
        assert header_line(name, "v") == line

    def test_nul_goes(self) -> None:
        assert header_line("Subject", "a\0b") == "Subject: ab"

    def test_what_is_not_ascii_becomes_words(self) -> None:
        assert header_line("Subject", "caf\xe9\nBcc: b") == "Subject: =?utf-8?Q?caf=C3=A9?=\n Bcc: b"

    def test_998_octets_stay_one_line(self) -> None:
        value = "x " * 494 + "y"
        assert header_line("Subject", value) == f"Subject: {value}"

    def test_longer_line_is_folded_at_its_blanks(self) -> None:
        value = "word " * 300 + "end"
        line = header_line("Subject", value)
        assert max(map(len, line.split("\n"))) <= 78
        assert line.replace("\n", "") == f"Subject: {value}"

    def test_line_without_blanks_is_broken_where_it_must(self) -> None:
        lines = header_line("Subject", "x" * 3000).split("\n")
        assert max(map(len, lines)) <= MAX_LINE
        assert "".join(line.strip() for line in lines).replace("Subject:", "") == "x" * 3000

    @given(
        st.text(max_size=60) | st.text(" \t\r\n\0aé", max_size=40),
        st.sampled_from(["Subject", "To", "Content-Disposition"]),
    )
    def test_no_value_begins_another_header(self, value: str, name: str) -> None:
        first, *others = header_line(name, value).split("\n")
        assert first.startswith(f"{name}: ")
        assert all(line[0] in " \t" for line in others)
        assert not set("\r\0") & set("".join([first, *others]))

    @given(st.text(" ax", max_size=3000) | st.text("abc éü", max_size=800))
    def test_no_line_is_longer_than_998(self, value: str) -> None:
        assert all(len(line) <= MAX_LINE for line in header_line("X-A", value).split("\n"))


def test_break_at_the_end_is_dropped() -> None:
    assert fold_breaks("a\r\n") == "a"
