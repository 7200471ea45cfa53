"""Commands become bytes, replies move the conversation, and nothing unsafe gets through: all without a socket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.errors import ProtocolError, UnsafeTextError
from tclsmtp.smtp import protocol
from tclsmtp.smtp.protocol import MOVES, Conversation, encode_line, parse_extensions, stuff
from tclsmtp.smtp.reply import Reply


def said(*exchanges: tuple[str, bytes]) -> Conversation:
    """A conversation in which each command was answered; the first exchange is the banner."""
    conversation = Conversation()
    for verb, answer in exchanges:
        if verb == protocol.END_OF_DATA:
            list(conversation.content([b"text\r\n"]))
        elif verb != protocol.BANNER:
            conversation.command(verb)
        assert conversation.receive(answer)
        assert conversation.next_reply()
    return conversation


GREETED = [("banner", b"220 hello\r\n")]
READY = [*GREETED, ("EHLO", b"250-sink\r\n250-Size 100\r\n250-AUTH=LOGIN\r\n250 onex\r\n")]
ACCEPTED = [*READY, ("MAIL", b"250 ok\r\n"), ("RCPT", b"250 ok\r\n")]


def test_a_whole_conversation() -> None:
    conversation = said(*ACCEPTED, ("DATA", b"354 go\r\n"), (".", b"250 ok\r\n"), ("MAIL", b"250 ok\r\n"))
    assert conversation.state == protocol.SENDER_GIVEN


def test_a_command_is_its_line() -> None:
    assert said(*READY).command("MAIL", "FROM:<me@example.com> SIZE=3") == b"MAIL FROM:<me@example.com> SIZE=3\r\n"


@pytest.mark.parametrize(
    ("exchanges", "state"),
    [
        ([("banner", b"554 no\r\n")], protocol.CLOSED),
        ([("banner", b"250 odd\r\n")], protocol.CLOSED),
        ([*GREETED, ("EHLO", b"500 what\r\n")], protocol.GREETED),
        ([*GREETED, ("EHLO", b"500 what\r\n"), ("HELO", b"250 hi\r\n")], protocol.READY),
        ([*GREETED, ("HELO", b"550 no\r\n")], protocol.CLOSED),
        ([*READY, ("MAIL", b"251 odd\r\n")], protocol.READY),
        ([*READY, ("MAIL", b"250 ok\r\n"), ("RCPT", b"550 no\r\n")], protocol.SENDER_GIVEN),
        ([*READY, ("MAIL", b"250 ok\r\n"), ("RCPT", b"251 moved\r\n")], protocol.RECIPIENT_GIVEN),
        ([*READY, ("MAIL", b"250 ok\r\n"), ("RCPT", b"252 perhaps\r\n")], protocol.SENDER_GIVEN),
        ([*ACCEPTED, ("RCPT", b"550 no\r\n")], protocol.RECIPIENT_GIVEN),
        ([*ACCEPTED, ("DATA", b"250 odd\r\n")], protocol.RECIPIENT_GIVEN),
        ([*ACCEPTED, ("DATA", b"354 go\r\n")], protocol.CONTENT),
        ([*ACCEPTED, ("DATA", b"354 go\r\n"), (".", b"552 too big\r\n")], protocol.READY),
        ([*ACCEPTED, ("RSET", b"250 ok\r\n")], protocol.READY),
        ([*ACCEPTED, ("QUIT", b"221 bye\r\n")], protocol.CLOSED),
    ],
)
def test_replies_move_the_conversation(exchanges: list[tuple[str, bytes]], state: str) -> None:
    assert said(*exchanges).state == state


@pytest.mark.parametrize(
    ("exchanges", "verb"),
    [
        (GREETED, "MAIL"),
        (READY, "RCPT"),
        (READY, "EHLO"),
        ([*READY, ("MAIL", b"250 ok\r\n")], "DATA"),
        ([*READY, ("MAIL", b"250 ok\r\n")], "MAIL"),
        ([*ACCEPTED, ("DATA", b"354 go\r\n")], "RSET"),
        ([("banner", b"554 no\r\n")], "EHLO"),
    ],
)
def test_a_command_out_of_turn_is_an_error(exchanges: list[tuple[str, bytes]], verb: str) -> None:
    with pytest.raises(ProtocolError, match=verb):
        said(*exchanges).command(verb)


def test_content_without_data_is_an_error() -> None:
    with pytest.raises(ProtocolError):
        said(*ACCEPTED).content([b"text"])


def test_every_state_but_the_last_can_be_left_again() -> None:
    left = {state for state, _ in MOVES}
    reached = {state for move in MOVES.values() for state in (move.then, move.otherwise)}
    assert reached - left == {protocol.CLOSED}


def test_extensions_are_known_after_ehlo() -> None:
    assert said(*READY).extensions == {"SIZE": "100", "AUTH": "LOGIN", "ONEX": ""}


def test_helo_gives_no_extensions() -> None:
    assert said(*GREETED, ("EHLO", b"500 what\r\n"), ("HELO", b"250-hi\r\n250 SIZE\r\n")).extensions == {}


def test_the_first_line_of_a_keyword_counts() -> None:
    assert parse_extensions(["AUTH PLAIN LOGIN", "AUTH=LOGIN", "size"]) == {"AUTH": "PLAIN LOGIN", "SIZE": ""}


def test_a_lost_server_answers_every_command_with_400() -> None:
    conversation = said(*READY)
    conversation.command("MAIL")
    conversation.lose("read from server timed out")
    first = conversation.next_reply()
    conversation.command("RSET")
    assert first == conversation.next_reply() == Reply(400, ("read from server timed out",), lost=True)
    assert (conversation.lost, conversation.accepted) == (True, False)


def test_a_closed_connection_is_a_reply() -> None:
    conversation = said(*READY)
    conversation.command("MAIL")
    assert conversation.receive(b"")
    reply = conversation.next_reply()
    assert reply is not None
    assert (reply.code, conversation.state) == (400, protocol.READY)


def test_there_is_no_reply_before_it_is_complete() -> None:
    conversation = Conversation()
    assert not conversation.receive(b"220-hel")
    assert conversation.next_reply() is None


@pytest.mark.parametrize("bad", ["\r", "\n", "\0", "\r\nDATA", "\u010a"])
def test_unsafe_text_is_no_command(bad: str) -> None:
    with pytest.raises(UnsafeTextError):
        said(*READY).command("MAIL", f"FROM:<a{bad}@example.com>")


def test_octets_held_as_characters_pass_as_they_are() -> None:
    assert encode_line("caf\xc3\xa9") == b"caf\xc3\xa9\r\n"


@given(st.text())
def test_no_text_makes_more_than_one_line(text: str) -> None:
    try:
        line = encode_line(text)
    except UnsafeTextError:
        return
    assert line.endswith(b"\r\n")
    assert not set(line[:-2]) & set(b"\r\n\0")


def unstuff(stuffed: bytes) -> bytes:
    """The message as a server reads it (RFC 5321, 4.5.2)."""
    assert stuffed.endswith(b"\r\n.\r\n") or stuffed == b".\r\n"
    lines = stuffed.removesuffix(b".\r\n").split(b"\r\n")
    assert b"." not in lines
    return b"\r\n".join(line.removeprefix(b".") for line in lines)


@pytest.mark.parametrize(
    ("chunks", "stuffed"),
    [
        ([b"one\r\n"], b"one\r\n.\r\n"),
        ([b"no end"], b"no end\r\n.\r\n"),
        ([b".\r\n..\r\n.x\r\n"], b"..\r\n...\r\n..x\r\n.\r\n"),
        ([b"a\r\n", b".b\r\n"], b"a\r\n..b\r\n.\r\n"),
        ([b"a\r", b"\n.b\r\n"], b"a\r\n..b\r\n.\r\n"),
        ([b"a", b".b\r\n"], b"a.b\r\n.\r\n"),
        ([b"a\r\n", b"", b"."], b"a\r\n..\r\n.\r\n"),
        ([b"a\n.\r\nb\r\n"], b"a\n..\r\nb\r\n.\r\n"),
        ([], b".\r\n"),
    ],
)
def test_lines_that_begin_with_a_dot_get_another(chunks: list[bytes], stuffed: bytes) -> None:
    assert b"".join(stuff(chunks)) == stuffed


def test_the_end_of_data_is_in_the_last_chunk() -> None:
    assert list(stuff([b"a\r\n", b"b\r\n"])) == [b"a\r\n", b"b\r\n.\r\n"]


@given(st.lists(st.lists(st.sampled_from([b".", b"\r\n", b"x"]), max_size=8).map(b"".join), max_size=6))
def test_the_server_reads_what_was_sent_wherever_the_chunks_were_cut(chunks: list[bytes]) -> None:
    text = b"".join(chunks)
    expected = text if text.endswith(b"\r\n") or not text else text + b"\r\n"
    assert unstuff(b"".join(stuff(chunks))) == expected
