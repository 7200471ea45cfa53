"""What is shown of two texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.migrate.showing import LIMIT, cut, excerpts, is_cut, octets, visible


def test_equal_lines_far_away_are_counted() -> None:
    same = [f"line {number}" for number in range(10)]
    reference, ours = excerpts("\n".join([*same, "a", *same]), "\n".join([*same, "b", "c", *same]))
    assert reference == "[8 equal lines]\nline 8\nline 9\na\nline 0\nline 1\n[8 equal lines]"
    assert ours == "[8 equal lines]\nline 8\nline 9\nb\nc\nline 0\nline 1\n[8 equal lines]"


def test_lines_of_one_side_alone_are_shown() -> None:
    assert excerpts("a\na", "a\na\na") == ("a\na", "a\na\na")


def test_control_characters_are_seen() -> None:
    assert visible("a\r\n\tb\x00\x7f") == "a\u240d\n\tb\u2400\u2421"


def test_long_text_is_cut_and_says_so() -> None:
    shown = cut("x" * (LIMIT + 1))
    assert is_cut(shown)
    assert shown.endswith(f"[cut: {octets(b'x' * (LIMIT + 1))} in all]")


def test_short_text_is_not_cut() -> None:
    assert cut("x" * LIMIT) == "x" * LIMIT
    assert not is_cut("x")


@given(st.text("ab\n\r"), st.text("ab\n\r"))
def test_what_differs_is_shown_different(reference: str, ours: str) -> None:
    first, second = excerpts(reference, ours)
    assert (first == second) == (reference == ours)


@given(st.text("a"), st.text("b"))
def test_texts_that_differ_behind_the_limit_are_shown_different(first: str, second: str) -> None:
    shown = excerpts("x" * LIMIT + first, "x" * LIMIT + second)
    assert (shown[0] == shown[1]) == (first == second)
