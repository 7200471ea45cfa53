"""Which error a reply is, and when nobody can tell what became of a message."""

from __future__ import annotations

import pytest

from tclsmtp.errors import MalformedReplyError, RefusedError, ReplyTimeoutError, UnknownOutcomeError
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.outcome import failure_of, unclear, unknown
from tclsmtp.smtp.reply import PREMATURE_EOF, TIMED_OUT, TOO_LONG, UNASKED, Reply
from tests.smtp.sending import BLIND, EHLO, HEADERS, SENT, A, X, Y, send
from tests.smtp.server import ScriptedServer, Step, read_line, read_to_end_of_data, reset

YES = Reply(250, ("ok",))
NO = Reply(550, ("no",))
CLOSING = Reply(421, ("closing",))
MAYBE = Reply(252, ("maybe",))
GO_ON = Reply(354, ("go on",))
GONE = Reply(400, (PREMATURE_EOF,), lost=True)
SILENT = Reply(400, (TIMED_OUT,), lost=True)
ENDLESS = Reply(500, (TOO_LONG,), lost=True, malformed=True)
GARBAGE = Reply(500, ("unrecognizable code: x",), b"x", malformed=True)
PIPELINING: list[Step] = [*EHLO[:-1], b"250-hello\r\n250 PIPELINING\r\n"]
ONE = (("From", "me@example.com"), ("To", A))


@pytest.mark.parametrize(
    ("reply", "kind", "errorcode"),
    [
        (NO, RefusedError, ("SMTP", "550", "no")),
        (GONE, RefusedError, ("SMTP", "400", PREMATURE_EOF)),
        (SILENT, ReplyTimeoutError, ("SMTP", "TIMEOUT", "mx", "25", "MAIL")),
        (ENDLESS, MalformedReplyError, ("SMTP", "PROTOCOL", "mx", "25", "MAIL", TOO_LONG)),
        (GARBAGE, MalformedReplyError, ("SMTP", "PROTOCOL", "mx", "25", "MAIL", GARBAGE.text)),
        (GO_ON, MalformedReplyError, ("SMTP", "PROTOCOL", "mx", "25", "MAIL", "go on")),
    ],
)
def test_each_kind_of_no_has_its_error(reply: Reply, kind: type[RefusedError], errorcode: tuple[str, ...]) -> None:
    error = failure_of("MAIL", reply, reply.text, "mx", 25)
    assert type(error) is kind
    assert (error.code, error.text, error.step, error.host, error.port) == (reply.code, reply.text, "MAIL", "mx", 25)
    assert error.errorcode == errorcode


def test_a_timeout_says_where_after_the_words_of_tcllib() -> None:
    assert failure_of("MAIL", SILENT, TIMED_OUT, "mx", 25).message == f"400: {TIMED_OUT} (mx:25: MAIL)"


@pytest.mark.parametrize(
    ("reply", "note"),
    [
        (GONE, " (mx:25: .: it is not known whether the message was delivered)"),
        (GO_ON, " (mx:25: .: it is not known whether the message was delivered)"),
        (GARBAGE, ""),
    ],
)
def test_an_unknown_outcome_says_so_where_no_recording_has_other_words(reply: Reply, note: str) -> None:
    error = unknown(".", reply, reply.text, "mx", 25)
    assert error.message == f"{reply.code}: {reply.text}{note}"
    assert error.errorcode == ("SMTP", "UNKNOWN", "mx", "25", reply.text)


@pytest.mark.parametrize(
    ("replies", "accepted", "why"),
    [
        ([YES, YES, YES], True, None),
        ([YES, NO, YES, YES], True, None),
        ([NO, NO, NO], False, None),
        ([YES, NO, NO], False, None),
        ([YES, YES, NO], False, None),
        ([CLOSING, GONE, GONE], False, None),
        ([YES, CLOSING, GONE], False, None),
        ([YES, CLOSING, GONE, GONE], False, GONE),
        ([YES, YES, GONE], False, GONE),
        ([GONE, GONE, GONE], False, GONE),
        ([SILENT, SILENT, SILENT], False, SILENT),
        ([YES, ENDLESS, ENDLESS], False, ENDLESS),
        ([GARBAGE, YES, YES], False, GARBAGE),
        ([YES, GO_ON, YES], False, GO_ON),
        ([YES, MAYBE, YES], False, YES),
        ([NO, NO, YES], False, YES),
    ],
)
def test_a_message_that_went_along_is_clear_only_where_all_replies_fit(
    replies: list[Reply], accepted: bool, why: Reply | None
) -> None:
    assert unclear(replies, accepted, unread=False) is why


def test_a_line_too_many_leaves_it_unclear() -> None:
    reply = unclear([YES, YES, YES], True, unread=True)
    assert reply is not None
    assert reply.text == UNASKED


def test_data_for_a_recipient_of_doubt_is_left_without_its_end() -> None:
    """tcllib takes 252 for a no, the server for a yes: a lone dot would be an empty message to somebody."""
    script = [*PIPELINING, read_line, read_line, read_line, b"250 ok\r\n252 maybe\r\n354 go\r\n"]
    with ScriptedServer(script) as server:
        assert send(server.port, headers=ONE) == [Refusal(A, 252, "maybe")]
    assert server.received == [b""]


def test_blind_recipients_of_an_unknown_outcome_are_told_so() -> None:
    blind: list[Step] = [b"250 ok\r\n", read_line, b"250 ok\r\n", read_line, b"250 ok\r\n", read_line, b"354 go\r\n"]
    script = [*SENT, read_line, *blind, read_to_end_of_data, reset]
    with ScriptedServer(script) as server:
        refusals = send(server.port, headers=(*HEADERS, BLIND))
    assert [(refusal.address, refusal.code) for refusal in refusals] == [(X, 400), (Y, 400)]
    assert all("not known whether the message was delivered" in refusal.text for refusal in refusals)


def test_an_unknown_outcome_is_not_tried_on_another_server() -> None:
    first, second = ScriptedServer([*SENT[:-1], reset]), ScriptedServer([])
    with first, second, pytest.raises(UnknownOutcomeError):
        send(first.port, second.port)
    assert second.received == []
