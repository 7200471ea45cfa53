"""The tokens of an address list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.mime.lexer import ATOM, BROKEN, END, LITERAL, QUOTED, Lexer


def tokens(text: str) -> list[tuple[str, str]]:
    lexer = Lexer(text)
    found = []
    while lexer.next() not in (END, BROKEN):
        found.append((lexer.kind, lexer.lexeme))
    return [*found, (lexer.kind, lexer.lexeme)]


def test_each_kind_of_token() -> None:
    assert tokens('joe "a b"@[1.2],') == [
        (ATOM, "joe"),
        (QUOTED, '"a b"'),
        ("@", "@"),
        (LITERAL, "[1.2]"),
        (",", ","),
        (END, END),
    ]


def test_comments_are_collected_aside_and_nest() -> None:
    lexer = Lexer("(a (b) \\) c) joe")
    assert lexer.next() == ATOM
    assert lexer.comments == ["(a (b) \\) c)"]


def test_a_step_back_reads_comments_again() -> None:
    lexer = Lexer("(a) joe")
    lexer.next()
    lexer.back()
    lexer.next()
    assert lexer.comments == ["(a)", "(a)"]


@pytest.mark.parametrize("text", ['"open', "(open (twice)", "[open", '"escaped \\"'])
def test_a_token_without_an_end_is_told(text: str) -> None:
    kind, lexeme = tokens(text)[-1]
    assert kind == BROKEN
    assert lexeme.startswith("end-of-input during ")


def test_a_carriage_return_inside_an_atom_stays_there() -> None:
    assert tokens("a\rb") == [(ATOM, "a\rb"), (END, END)]


@given(st.text(alphabet='ab(),;<>@."\\[] \t\r\n'))
def test_it_always_ends(text: str) -> None:
    assert tokens(text)[-1][0] in (END, BROKEN)
