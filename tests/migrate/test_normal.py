"""What of two runs' texts counts as the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.migrate.normal import Numbered, Surroundings, normal_text, without_library_frames

RUN = Surroundings(
    begun=1795863168.2,
    seconds=3.0,
    ports=(4025,),
    folders=("/tmp/scratch7",),
    hosts=("box.example", "localhost"),
    users=("ann",),
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("id <3908.1795863168.1@vm.example>.", "id <N.N.N@HOST>."),
        ('<img src="cid:3908.1795863168.1@vm.example">.', '<img src="cid:N.N.N@HOST">.'),
        ("see 3908.1795863168.1@vm.example.", "see N.N.N@HOST."),
        ('boundary="----- =_MjFCQjcyMDA5RUYxN0I0NTgwNDRFQTVCMUU4QkQwNjU="', 'boundary="----- =_BOUNDARY"'),
        ('error reading "sock556df95c84b0": no', 'error reading "sockN": no'),
        ("sent Sat, 28 Nov 2026 10:52:48 +0000", "sent DATE +0000"),
        ("sent Sat, 28 Nov 2026 12:52:49 +0200", "sent DATE +0200"),
        ("Sat Nov 28 10:52:48 UTC 2026", "DATE UTC"),
        ("[2026-11-28 10:52:50] done", "[DATE TIME] done"),
        ("2026-11-28T10:52:50Z done", "DATETTIMEZ done"),
        ("10:52:51 done", "TIME done"),
        ("at 1795863168, or 1795863168200", "at NOW, or NOW"),
        ("52.5 microseconds per iteration", "N microseconds per iteration"),
        ("127.0.0.1:45121: connect", "127.0.0.1:PORT: connect"),
        ("connected to port 4025.", "connected to port PORT."),
        ("wrote /tmp/scratch7/out.txt", "wrote /SCRATCH/out.txt"),
        ("from box.example", "from HOST"),
        ("by ann@box.example, ann@localhost", "by USER@HOST, USER@HOST"),
        ("3908.NOW.1@x and <3.NOW.1@x>", "N.N.N@HOST and <N.N.N@HOST>"),
    ],
)
def test_what_no_two_runs_have_in_common_is_replaced(text: str, normal: str) -> None:
    assert normal_text(text, RUN) == normal


@pytest.mark.parametrize(
    "text",
    [
        "::mime::12 and ::mime::12-3",
        "<user@example.com>",
        "1.1234567890.1@vm",
        "x1.1795863168.1@vm",
        "Sat, 28 Nov 2026 10:52:48 +0100",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "1999-02-30 10:52:48",
        "2026-99-99 99:99:99",
        "0000-01-01 00:00:00",
        "Thu, 01 Jan 0000 00:00:00 +0000",
        "11:30:00",
        "1234567890 bytes",
        "127.0.0.1:25",
        "14025 octets, 4025.5 of them",
        "/tmp/scratch77 and /x/tmp/scratch7",
        "sockets",
        "ann on localhost, ann@example.com, joann@x",
    ],
)
def test_what_the_script_was_to_say_stays(text: str) -> None:
    assert normal_text(text, RUN) == text


MOMENTS = [
    "Sat, 28 Nov 2026 10:52:48 +0000",
    "Sat Nov 28 10:52:48 UTC 2026",
    "2026-11-28",
    "T",
    "10:52:48",
    "1795863168",
]
NAMES = [
    "sock1",
    "<1.2.3@h>",
    "1.1795863168.1@h",
    "127.0.0.1:4444",
    "localhost ",
    "4025",
    "/tmp/scratch7",
    "box.example",
    "=_" + "a" * 41,
]
WORDS = st.sampled_from([*MOMENTS, *NAMES, *":.-<>= x\n", "+0000", "1.5 microseconds per iteration"])


@given(st.one_of(st.text(), st.lists(WORDS, max_size=8).map("".join)))
def test_normal_text_is_normal_already(text: str) -> None:
    once = normal_text(text, RUN)
    assert normal_text(once, RUN) == once


@given(st.one_of(st.text(), st.lists(WORDS, max_size=8).map("".join)))
def test_text_with_numbered_names_is_as_normal_and_stays(text: str) -> None:
    once = normal_text(text, RUN, Numbered())
    assert normal_text(once, Surroundings()) == normal_text(text, RUN)
    assert normal_text(once, RUN, Numbered()) == once


def test_where_no_moment_is_known_none_is_one_of_the_run() -> None:
    text = "Thu, 01 Jan 1970 00:00:00 +0000, 00:00:00, 0000000000"
    assert normal_text(text, Surroundings()) == text


def test_traces_begin_at_the_call_of_the_library() -> None:
    trace = """\
need -header "To ..."
    while executing
"error need"
    (procedure "inner" line 3)
    invoked from within
"inner"
    (procedure "smtp::sendmessage" line 196)
    invoked from within
"smtp::sendmessage $t"
    (procedure "mine" line 2)
    invoked from within
"mine"
"""
    assert (
        without_library_frames(trace)
        == """\
need -header "To ..."
    while executing
"smtp::sendmessage $t"
    (procedure "mine" line 2)
    invoked from within
"mine"
"""
    )


@pytest.mark.parametrize("text", ["", 'x\n    (procedure "smtp::x" line 1)', "    while executing\n" * 2])
def test_text_that_is_no_trace_stays(text: str) -> None:
    assert without_library_frames(text) == text
