"""Rewrites leave alone what they do not know, and what they have made is theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.migrate.rewrites import REWRITES, Rewrite

LINES = [
    "7", "rc 7", "MAIL 250", "MAIL 550", "RCPT 250", "RCPT 503", "message 503", "message 250", "(absent)", "", "b@x",
    "text/plain (unlabelled 8-bit text)", 'text/plain; charset="utf-8"', 't; b="1"; a="2"', "a (left from message 1)",
    "\u4e2d", "\u240d", "part 1.1: x",
]  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(LINES), max_size=6).map("\n".join))


@pytest.mark.parametrize("name", REWRITES)
@given(TEXTS, TEXTS)
def test_what_is_rewritten_stays(name: str, reference: str, ours: str) -> None:
    rewrite: Rewrite = REWRITES[name]
    once = rewrite(reference, ours)
    assert rewrite(*once) == once


@pytest.mark.parametrize("name", REWRITES)
def test_text_without_a_deviation_is_left_alone(name: str) -> None:
    text = "banner 220\nEHLO 250\nMAIL 250\nRCPT 250\nmessage 250\nQUIT"
    assert name == "without_blind_recipients" or REWRITES[name](text, text) == (text, text)
