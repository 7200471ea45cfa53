"""Texts side by side."""

from __future__ import annotations

from itertools import cycle, islice

import pytest

from tclsmtp.migrate.report.marks import (
    BEGINNING,
    CONTEXT,
    LONGEST,
    MOST_ROWS,
    UNALIGNED,
    UNMARKED,
    Compared,
    Piece,
    Row,
    Work,
    compare,
    mark,
)


def made(reference: str | None, ours: str | None, pairs: int = 10_000) -> Compared:
    return compare(reference, ours, Work(pairs))


def lines(count: int, word: str = "line") -> str:
    return "\n".join(f"{word} {number}" for number in range(count))


def test_the_same_text_is_one_row() -> None:
    assert made("one\ntwo", "one\ntwo") == Compared((Row(equal="one\ntwo"),), True)


def test_changed_words_are_marked() -> None:
    left, right = mark("send the mail now", "send a mail now", Work(), [])
    assert left == (Piece("send "), Piece("the", True), Piece(" mail now"))
    assert right == (Piece("send "), Piece("a", True), Piece(" mail now"))


def test_a_line_that_one_side_lacks_stands_alone() -> None:
    assert made("one\ntwo", "one\nextra\ntwo").rows == (
        Row(equal="one"),
        Row(ours=(Piece("extra", True),)),
        Row(equal="two"),
    )


def test_an_empty_line_that_one_side_lacks_is_no_line_that_both_lack() -> None:
    assert made("a", "a\n").rows == (Row(equal="a"), Row(ours=()))


def test_a_line_break_at_both_ends_makes_no_line() -> None:
    assert made("a\n", "b\n").rows == (Row(reference=(Piece("a", True),), ours=(Piece("b", True),)),)


def test_a_text_that_is_not_there_has_no_lines() -> None:
    assert made(None, "one").rows == (Row(ours=(Piece("one", True),)),)
    assert made(None, None) == Compared((), True)


def test_of_equal_lines_those_next_to_a_difference_are_shown() -> None:
    shown = made(f"{lines(20)}\nold\n{lines(20)}", f"{lines(20)}\nnew\n{lines(20)}").rows
    assert [row.left_out for row in shown] == [20 - CONTEXT, 0, 0, 0, 20 - CONTEXT]
    assert shown[1].equal == "line 17\nline 18\nline 19"
    assert shown[3].equal == "line 0\nline 1\nline 2"


def test_of_equal_texts_the_beginning_is_shown() -> None:
    shown = made(lines(100), lines(100)).rows
    assert shown == (Row(equal=lines(BEGINNING)), Row(left_out=100 - BEGINNING))


def test_of_a_whole_text_nothing_is_left_out() -> None:
    text = lines(BEGINNING * 2)
    assert compare(text, text, Work(), whole=True).rows == (Row(equal=text),)
    assert compare(f"{text}\na", f"{text}\nb", Work(), whole=True).rows[0] == Row(equal=text)


def test_a_single_equal_line_is_not_left_out() -> None:
    text = lines(CONTEXT + 1)
    assert made(f"{text}\nold", f"{text}\nnew").rows[0] == Row(equal=text)


def test_too_many_lines_are_paired_in_their_order_and_that_is_said() -> None:
    shown = made("a\nb\nc", "x\ny\nz", pairs=8)
    assert UNALIGNED in shown.notes
    assert [(row.reference, row.ours) for row in shown.rows] == [
        ((Piece(one, True),), (Piece(other, True),)) for one, other in zip("abc", "xyz", strict=True)
    ]


def test_what_is_equal_there_by_chance_is_not_marked() -> None:
    assert made("a\nb\nc", "x\nb\nz", pairs=8).rows[1] == Row(equal="b")


def test_in_too_long_a_line_what_is_between_the_differences_is_marked_and_that_is_said() -> None:
    notes: list[str] = []
    left, right = mark("a b old c d", "a b new c d", Work(10), notes)
    assert notes == [UNMARKED]
    assert left == (Piece("a b "), Piece("old", True), Piece(" c d"))
    assert right == (Piece("a b "), Piece("new", True), Piece(" c d"))


def test_of_a_long_line_the_middle_is_left_out_and_that_is_said() -> None:
    (row,) = made("x" * LONGEST * 2, "y").rows
    assert row.reference is not None
    (piece,) = row.reference
    assert len(piece.text) < LONGEST + 50
    assert f"[... {LONGEST} characters ...]" in piece.text


def test_no_more_rows_are_shown_than_can_be_read_and_the_rest_is_counted() -> None:
    shown = made(lines(MOST_ROWS + 7, "old"), lines(MOST_ROWS + 7, "new"))
    assert len(shown.rows) == MOST_ROWS
    assert "7 more rows are not shown." in shown.notes


@pytest.mark.parametrize(
    ("reference", "ours"),
    [
        ("x\n" * 500_000, "x\n" * 500_001),
        ("\n".join(islice(cycle("xy"), 200_000)), "\n".join(islice(cycle("xz"), 200_000))),
        ("x " * 500_000, "y " * 500_000),
        ("x" * 1_000_000, "x" * 999_999),
    ],
    ids=["lines", "mixed", "words", "one word"],
)
def test_large_texts_take_no_longer_than_they_are_long(reference: str, ours: str) -> None:
    shown = compare(reference, ours, Work())
    assert not shown.same
    assert 0 < len(shown.rows) <= MOST_ROWS
