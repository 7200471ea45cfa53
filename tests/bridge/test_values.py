"""The conversion of values."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp import Interpreter
from tclsmtp.bridge.values import to_boolean, to_tcl

TEXTS = [
    "",
    "\0",
    "a\0b",
    "".join(map(chr, range(256))),
    "\u0439\0x\0",
    "\0\uffff\u0800",
    "\U0001f600\0\xe9\U0010ffff",
    "\0\0\u0100",
]
"""Text that `_tkinter` does not carry as it is in every release of Python."""


def test_text_and_bytes_cross_as_they_are() -> None:
    assert to_tcl("caf\u00e9") == "caf\u00e9"
    assert to_tcl(b"\x00\xff") == b"\x00\xff"


def test_text_with_nul_crosses_as_bytes_also_inside_lists() -> None:
    assert to_tcl(("a\0\u00ff", ("b", "c\0"))) == (b"a\0\xff", ("b", b"c\0"))


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter() as tcl:
        tcl.eval("package require mime; proc units text { binary encode hex [encoding convertto unicode $text] }")
        yield tcl


def units(text: str) -> str:
    """What Tcl holds of a text, as `units` tells it."""
    return text.encode("utf-16-le").hex()


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
class TestCrossing:
    def test_text_arrives_in_tcl_and_comes_back(self, interpreter: Interpreter, text: str) -> None:
        assert interpreter.call("units", text) == units(text)
        assert interpreter.call("string", "cat", text) == text

    @given(more=st.text())
    def test_with_any_other_text(self, interpreter: Interpreter, text: str, more: str) -> None:
        assert interpreter.call("units", text + more) == units(text + more)

    def test_text_inside_lists_arrives(self, interpreter: Interpreter, text: str) -> None:
        assert interpreter.call("units", interpreter.call("lindex", ("a", (text, "b")), "1", "0")) == units(text)

    def test_text_in_a_script_arrives(self, interpreter: Interpreter, text: str) -> None:
        assert interpreter.eval(f"units {interpreter.call('list', text)}") == units(text)

    def test_command_is_given_the_text_and_answers_it(self, interpreter: Interpreter, text: str) -> None:
        interpreter.call("set", "text", text)
        assert interpreter.eval("units [mime::field_decode $text]") == units(text)
        assert interpreter.eval(
            "units [mime::getbody [mime::initialize -canonical text/plain -string $text]]"
        ) == units(text)

    def test_list_that_a_command_answers_holds_the_text(self, interpreter: Interpreter, text: str) -> None:
        interpreter.call("set", "text", text)
        script = """
            set token [mime::initialize -canonical text/plain -string x -param [list name $text]]
            units [lindex [mime::getproperty $token params] 1]
        """
        assert interpreter.eval(script) == units(text)


@pytest.mark.parametrize("word", ["1", "true", "TRUE", "yes", "Yes", "on"])
def test_words_for_true(word: str) -> None:
    assert to_boolean(word) is True


@pytest.mark.parametrize("word", ["0", "false", "no", "off", "OFF"])
def test_words_for_false(word: str) -> None:
    assert to_boolean(word) is False


@pytest.mark.parametrize("word", ["", "2", "-1", "t", "tr", "y", "n", "of", " 1", "1.0", "00", "01", "0x1", "enabled"])
def test_what_tcl_would_take_but_tcllib_does_not(word: str) -> None:
    assert to_boolean(word) is None
