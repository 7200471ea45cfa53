"""The conversion of values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.bridge.values import is_binary, to_boolean, to_tcl


def test_text_and_bytes_cross_as_they_are() -> None:
    assert to_tcl("caf\u00e9") == "caf\u00e9"
    assert to_tcl(b"\x00\xff") == b"\x00\xff"


def test_text_with_nul_crosses_as_bytes_also_inside_lists() -> None:
    assert to_tcl(("a\0\u00ff", ("b", "c\0"))) == (b"a\0\xff", ("b", b"c\0"))


@pytest.mark.parametrize("word", ["1", "true", "TRUE", "yes", "Yes", "on"])
def test_words_for_true(word: str) -> None:
    assert to_boolean(word) is True


@pytest.mark.parametrize("word", ["0", "false", "no", "off", "OFF"])
def test_words_for_false(word: str) -> None:
    assert to_boolean(word) is False


@pytest.mark.parametrize("word", ["", "2", "-1", "t", "tr", "y", "n", "of", " 1", "1.0", "00", "01", "0x1", "enabled"])
def test_what_tcl_would_take_but_tcllib_does_not(word: str) -> None:
    assert to_boolean(word) is None


@given(st.text())
def test_a_binary_string_is_one_of_bytes(text: str) -> None:
    assert is_binary(text) == all(ord(character) < 256 for character in text)
