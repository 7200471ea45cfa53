"""The tokens of an interpreter, and its scripts as the commands call them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tclsmtp import Interpreter, TclError
from tclsmtp.bridge.caller import Caller, Tokens
from tclsmtp.mime.part import Part


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


def leaf() -> Part:
    return Part.create("text/plain", data="x")


def multipart(*parts: Part) -> Part:
    return Part.create("multipart/mixed", parts=parts)


class TestTokens:
    def test_token_that_was_reserved(self, tokens: Tokens) -> None:
        assert (tokens.reserve(), tokens.add(leaf())) == ("::mime::1", "::mime::2")
        assert tokens.add(leaf(), tokens.reserve()) == "::mime::3"

    def test_parts_inside_are_named_after_the_whole_unless_they_have_names(self, tokens: Tokens) -> None:
        named = leaf()
        tokens.add(named)
        tokens.add(multipart(leaf(), named, multipart(leaf())))
        assert tokens.inside("::mime::2") == ("::mime::2-1", "::mime::1", "::mime::2-3")
        assert tokens.inside("::mime::2-3") == ("::mime::2-3-1",)

    def test_part_inside_that_is_forgotten_keeps_its_name(self, tokens: Tokens) -> None:
        tokens.add(multipart(leaf(), leaf()))
        tokens.remove("::mime::1-1")
        assert tokens.inside("::mime::1") == ("::mime::1-1", "::mime::1-2")
        assert len(tokens) == 2

    def test_part_that_a_program_put_inside_gets_a_token(self, tokens: Tokens) -> None:
        old, new = leaf(), leaf()
        whole = multipart(old)
        tokens.add(whole)
        assert whole.parts is not None
        whole.parts.insert(0, new)
        assert tokens.inside("::mime::1") == ("::mime::2", "::mime::1-1")
        assert (tokens.find("::mime::2", "value"), tokens.find("::mime::1-1", "value")) == (new, old)

    def test_part_that_a_program_took_out_is_not_told(self, tokens: Tokens) -> None:
        whole = multipart(leaf(), leaf())
        tokens.add(whole)
        assert whole.parts is not None
        del whole.parts[1]
        assert tokens.inside("::mime::1") == ("::mime::1-1",)


@pytest.fixture(params=["", "child"], ids=["main", "child"])
def caller(request: pytest.FixtureRequest) -> Iterator[Caller]:
    with Interpreter() as interpreter:
        interpreter.eval("interp create child")
        yield Caller(interpreter, request.param)


class TestAttempt:
    def test_words_stand_behind_the_script(self, caller: Caller) -> None:
        assert caller.attempt("set a b; list {c d}", "e f", "") == "{c d} {e f} {}"

    @pytest.mark.parametrize(
        ("how", "code"), [("return", 2), ("break", 3), ("continue", 4), ("return -level 0 -code -1", -1)]
    )
    def test_code_that_is_no_error(self, caller: Caller, how: str, code: int) -> None:
        with pytest.raises(TclError) as caught:
            caller.attempt(how + ";")
        assert caught.value.code == code

    def test_error_has_its_errorcode(self, caller: Caller) -> None:
        with pytest.raises(TclError) as caught:
            caller.attempt("error it {} {A {B C}}; #")
        assert (caught.value.code, caught.value.message, caught.value.errorcode) == (1, "it", ("A", "B C"))
        assert caught.value.errorinfo.startswith("it\n")

    @pytest.mark.parametrize("text", ["\0", "a\0\xff", "\U0001f600"])
    def test_text_of_all_kinds(self, caller: Caller, text: str) -> None:
        assert caller.attempt("set kept", text) == text

    def test_is_at_the_global_level(self, caller: Caller) -> None:
        """Also of a child, whose command the call is part of."""
        caller.call("namespace", "eval", "::mime", "proc here {} { return wrong }")
        caller.call("proc", "here", "args", "return [info level]")
        assert (caller.attempt("here", "x"), caller.call("here", "x")) == ("1", "1")


@pytest.mark.parametrize(("text", "number"), [("12", 12), (" 0x10\n", 16), ("-1", -1), ("9" * 30, int("9" * 30))])
def test_integer(caller: Caller, text: str, number: int) -> None:
    assert caller.integer(text) == number


@pytest.mark.parametrize("text", ["", "1.0", "1e3", "x", "1\0", "0x", "1 2"])
def test_no_integer(caller: Caller, text: str) -> None:
    assert caller.integer(text) is None
