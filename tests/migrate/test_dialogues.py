"""What of a dialogue matters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.migrate.dialogues import NONE, differing, refusals, shape
from tclsmtp.migrate.model import Dialogue, Line, Speaker

SPEAKERS: dict[str, Speaker] = {"C": "C", "S": "S", "*": "*"}


def dialogue(text: str) -> Dialogue:
    lines = (line.strip().partition(": ") for line in text.strip().split("\n"))
    return Dialogue(tuple(Line(SPEAKERS[speaker], words) for speaker, _, words in lines))


PLAIN = """
    S: 220 localhost ESMTP
    C: EHLO one
    S: 250-localhost
    S: 250 SIZE 100
    C: MAIL FROM:<a@x.example> SIZE=10
    S: 250 OK
    C: RCPT TO:<b@x.example>
    S: 250 OK
    C: DATA
    S: 354 go
    S: 250 OK
    C: QUIT
    S: 221 bye
"""
STEPS = ("banner 220", "EHLO 250", "MAIL 250", "message 250", "QUIT")


def test_steps_of_a_dialogue() -> None:
    assert shape(dialogue(PLAIN)) == STEPS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("EHLO one", "EHLO two"),
        (" SIZE=10", " SIZE=12 BODY=8BITMIME"),
        ("RCPT TO:<b@x.example>", "RCPT TO:<c@x.example>"),
        ("C: DATA\n    S: 354 go\n", "C: BDAT 10\n S: 250 10 octets\n C: BDAT 3 LAST\n"),
        ("    S: 221 bye\n", ""),
        ("S: 354 go\n", "S: 354 go\n C: .\n"),
    ],
)
def test_what_makes_no_difference(one: str, other: str) -> None:
    assert one in PLAIN
    assert shape(dialogue(PLAIN.replace(one, other))) == STEPS


def test_refused_steps_stay() -> None:
    refused = PLAIN.replace("C: DATA", "C: RCPT TO:<c@x.example>\n S: 550 no such user\n C: DATA")
    assert shape(dialogue(refused)) == (*STEPS[:3], "RCPT 550", *STEPS[3:])
    assert list(refusals([dialogue(refused)])) == ["to <c@x.example>: 550 no such user"]


def test_commands_behind_a_refused_one_are_steps_but_no_refusals() -> None:
    refused = dialogue(
        "C: MAIL FROM:<a@x.example>\n S: 550 no\n C: RCPT TO:<b@x.example>\n S: 503 no\n C: DATA\n S: 503 no"
    )
    assert shape(refused) == ("banner", "MAIL 550", "RCPT 503", "message 503")
    assert list(refusals([refused])) == ["from <a@x.example>: 550 no"]


def test_transaction_that_was_given_up_shows_who_it_was_for() -> None:
    given_up = PLAIN.replace("C: DATA\n    S: 354 go\n    S: 250 OK", "C: RSET\n S: 250 OK")
    assert shape(dialogue(given_up)) == (*STEPS[:3], "RCPT 250", "RSET 250", "QUIT")


def test_recipient_that_is_nobody_is_told() -> None:
    nobody = dialogue("C: MAIL FROM:<a@x.example>\n S: 250 ok\n C: RCPT TO:<>\n S: 501 no")
    assert shape(nobody) == ("banner", "MAIL 250", "RCPT <> 501")


def test_authentication_is_one_step() -> None:
    told = dialogue("C: AUTH LOGIN\n S: 334 VXNlcg==\n C: <redacted>\n S: 334 UGFzcw==\n C: <redacted>\n S: 235 ok")
    assert shape(told) == ("banner", "AUTH LOGIN 235")


def test_tls_is_a_step_of_any_version() -> None:
    assert shape(dialogue("C: STARTTLS\n S: 220 go\n *: TLSv1.3 handshake")) == (
        "banner",
        "STARTTLS 220",
        "* TLS handshake",
    )


def test_messages_may_be_left_out() -> None:
    transaction = PLAIN[PLAIN.index("    C: MAIL") : PLAIN.index("    C: QUIT")]
    both = dialogue(PLAIN.replace("    C: QUIT", transaction.replace("250 OK", "251 OK") + "    C: QUIT"))
    assert shape(both, {1}) == STEPS
    assert shape(both, {0}) == ("banner 220", "EHLO 250", "MAIL 251", "message 251", "QUIT")
    assert shape(both, {0, 1}) == ()


def test_dialogues_find_each_other() -> None:
    assert list(differing([("a",), ("b",), ("c",)], [("a",), ("c",), ("d", "e")])) == [("b", NONE), (NONE, "d\ne")]


WORDS = ["MAIL", "MAIL FROM:<", "RCPT TO:<a>", "DATA", "BDAT", "BDAT 1 LAST", "354", "250", "550 ", ".", "AUTH"]
LINES = st.builds(Line, st.sampled_from(["C", "S", "*"]), st.one_of(st.text(), st.sampled_from(WORDS)))


@given(st.lists(LINES).map(tuple))
def test_any_dialogue_has_a_shape(lines: tuple[Line, ...]) -> None:
    assert shape(Dialogue(lines)) == shape(Dialogue(lines))
    assert list(refusals([Dialogue(lines)])) is not None
