"""A message offered and handed over: what goes out in one write, the extensions used, and what a refusal leads to."""

from __future__ import annotations

import re

import pytest

from tclsmtp.errors import RefusedError
from tclsmtp.mime.part import Part
from tclsmtp.smtp import transaction
from tclsmtp.smtp.options import Refusal
from tests.smtp.sending import ABORTED, EHLO, RCPTS, A, B, commands, send
from tests.smtp.server import ScriptedServer, Step, read_line, read_to_end_of_data
from tests.support.sink import Rules, Sink

ONE = (("From", "me@example.com"), ("To", A))
THREE_COMMANDS: list[Step] = [*EHLO[:-1], b"250-hello\r\n250 PIPELINING\r\n", read_line, read_line, read_line]
BOTH = ("PIPELINING", "CHUNKING")
SENDER = "MAIL FROM:<me@example.com>"


def test_a_single_recipient_takes_data_along() -> None:
    """The server says nothing before it has read three commands: a client that waits for a reply waits for ever."""
    script = [*THREE_COMMANDS, b"250 ok\r\n250 ok\r\n354 go\r\n", read_to_end_of_data, b"250 queued\r\n"]
    with ScriptedServer(script) as server:
        assert send(server.port, headers=ONE) == []
    assert server.received == [b"QUIT\r\n"]


def test_several_recipients_are_named_before_any_reply() -> None:
    script = [*THREE_COMMANDS, b"250 ok\r\n250 ok\r\n550 no\r\n", read_line, b"250 ok\r\n"]
    with ScriptedServer(script) as server:
        assert send(server.port) == [Refusal(B, 550, "no")]
    assert server.received == [b"QUIT\r\n"]


def test_data_waits_for_the_replies_to_several_recipients() -> None:
    with Sink(Rules(ehlo=("PIPELINING",), replies={f"RCPT TO:<{A}": "550 no"})) as sink:
        assert send(sink.port) == [Refusal(A, 550, "no")]
    assert commands(sink) == [SENDER, *RCPTS, *ABORTED]


def test_with_at_least_one_the_others_get_it() -> None:
    with Sink(Rules(ehlo=("PIPELINING",), replies={f"RCPT TO:<{A}": "550 no"})) as sink:
        assert send(sink.port, at_least_one=True) == [Refusal(A, 550, "no")]
    assert [message.recipients for message in sink.sessions[0].messages] == [[RCPTS[1]]]


def test_a_data_that_was_taken_without_recipients_gets_no_message() -> None:
    replies = b"250 ok\r\n550 no\r\n354 go\r\n"
    script = [*THREE_COMMANDS, replies, read_line, b"554 none\r\n", read_line, b"250 ok\r\n"]
    with ScriptedServer(script) as server:
        assert send(server.port, headers=ONE) == [Refusal(A, 550, "no")]
    assert server.received == [b"QUIT\r\n"]


def test_a_refused_originator_is_the_error_whatever_else_was_said() -> None:
    script = [*THREE_COMMANDS, b"550 not you\r\n250 ok\r\n354 go\r\n", read_line, b"250 ?\r\n"]
    with ScriptedServer(script) as server, pytest.raises(RefusedError, match="550: not you"):
        send(server.port, headers=ONE)
    assert server.received == [b"RSET\r\nQUIT\r\n"]


def test_many_recipients_are_named_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "MOST_AT_ONCE", 3)
    names = [f"r{number}@example.com" for number in range(10)]
    with Sink(Rules(ehlo=("PIPELINING",), replies={"RCPT TO:<r7": "550 no"})) as sink:
        assert send(sink.port, recipients=", ".join(names), at_least_one=True) == [Refusal("r7@example.com", 550, "no")]
    assert commands(sink)[1:11] == [f"RCPT TO:<{name}>" for name in names]
    assert len(sink.sessions[0].messages) == 1


def test_debug_shows_each_command_with_its_reply() -> None:
    lines: list[str] = []
    with Sink(Rules(ehlo=("PIPELINING",))) as sink:
        send(sink.port, headers=ONE, debug=lines.append)
    assert [line.split()[1] for line in lines if line.startswith(("-->", "<--"))][4:] == [
        *("MAIL", "250", "RCPT", "250", "DATA", "354", ".", "250", "QUIT", "221")
    ]


class TestChunking:
    def test_the_message_goes_without_data(self) -> None:
        with Sink(Rules(ehlo=BOTH)) as sink:
            assert send(sink.port, headers=ONE, part=Part.create("text/plain", data=".dot\n..\n")) == []
        [message] = sink.sessions[0].messages
        assert message.content.endswith(b"\r\n\r\n.dot\r\n..\r\n")
        assert [line.split()[0] for line in commands(sink)] == ["MAIL", "RCPT", "BDAT", "<bytes>", "QUIT"]

    def test_without_pipelining_it_waits_for_the_recipients(self) -> None:
        with Sink(Rules(ehlo=("CHUNKING",), replies={f"RCPT TO:<{A}": "550 no"})) as sink:
            assert send(sink.port) == [Refusal(A, 550, "no")]
        assert commands(sink) == [SENDER, *RCPTS, *ABORTED]

    def test_a_refused_recipient_leaves_nothing_delivered(self) -> None:
        with Sink(Rules(ehlo=BOTH, replies={"RCPT": "550 no"})) as sink:
            assert send(sink.port, headers=ONE) == [Refusal(A, 550, "no")]
        assert sink.sessions[0].messages == []
        assert commands(sink)[-2:] == ABORTED

    def test_a_refused_chunk_is_the_error(self) -> None:
        with Sink(Rules(ehlo=BOTH, replies={".": "552 full"})) as sink, pytest.raises(RefusedError) as caught:
            send(sink.port)
        assert (caught.value.code, caught.value.step) == (552, "BDAT")

    def test_a_large_message_is_streamed_with_data(self, tmp_path: object) -> None:
        part = Part.create("application/octet-stream", data=b"\0" * 400_000)
        with Sink(Rules(ehlo=BOTH)) as sink:
            assert send(sink.port, headers=ONE, part=part) == []
        assert "DATA" in commands(sink)


@pytest.mark.parametrize("limit", ["0", "", "1000000", "x"])
def test_a_message_within_the_servers_limit_is_sent(limit: str) -> None:
    with Sink(Rules(ehlo=(f"SIZE {limit}",))) as sink:
        assert send(sink.port) == []


def test_a_message_over_the_servers_limit_is_not_offered() -> None:
    with Sink(Rules(ehlo=("SIZE 10",))) as sink, pytest.raises(RefusedError) as caught:
        send(sink.port)
    assert re.fullmatch(r"552: the message has \d+ octets, the server takes 10", caught.value.message)
    assert commands(sink) == ["QUIT"]
