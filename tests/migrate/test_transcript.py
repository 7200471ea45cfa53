"""The dialogue of a connection."""

from __future__ import annotations

import pytest

from tclsmtp.migrate.transcript import Transcript, readable


def test_the_lines_are_those_of_each_side_in_their_order() -> None:
    recorder = Transcript()
    recorder.command("EHLO me")
    recorder.reply("250-a\r\n250 b")
    recorder.note("TLS handshake")
    lines = recorder.dialogue().lines
    assert [(line.speaker, line.text) for line in lines] == [
        *(("C", "EHLO me"), ("S", "250-a"), ("S", "250 b"), ("*", "TLS handshake")),
    ]
    assert [line.at for line in lines] == sorted(line.at for line in lines)


@pytest.mark.parametrize(
    ("line", "recorded"),
    [
        ("AUTH PLAIN c2VjcmV0", "AUTH PLAIN <redacted>"),
        ("  auth\tplain  c2Vj cmV0", "  auth\tplain  <redacted>"),
        ("AUTH LOGIN", "AUTH LOGIN"),
        ("AUTHOR x y z", "AUTHOR x y z"),
    ],
)
def test_the_answer_that_auth_carries_is_left_out(line: str, recorded: str) -> None:
    recorder = Transcript()
    recorder.command(line)
    assert recorder.dialogue().lines[0].text == recorded


def test_the_dialogue_has_how_it_was_secured() -> None:
    recorder = Transcript()
    recorder.tls, recorder.mechanism = "TLSv1.3", "PLAIN"
    dialogue = recorder.dialogue()
    assert (dialogue.tls, dialogue.mechanism) == ("TLSv1.3", "PLAIN")


def test_octets_that_are_no_utf_8_are_escaped() -> None:
    assert readable(b"\xc3\xa9\xff".decode("utf-8", "surrogateescape")) == "é\\xff"
