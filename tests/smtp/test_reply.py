"""Replies are read as tcllib reads them, however the bytes were cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.smtp.reply import MAX_REPLY, PREMATURE_EOF, TOO_LONG, Reply, ReplyParser


def read(*chunks: bytes) -> list[Reply]:
    """All replies that the chunks hold."""
    parser = ReplyParser()
    replies = []
    for chunk in chunks:
        parser.feed(chunk)
        while reply := parser.next_reply():
            replies.append(reply)
    return replies


def read_to_end(data: bytes) -> Reply:
    """The first reply of a server that sends `data` and closes."""
    parser = ReplyParser()
    parser.feed(data)
    parser.end_of_file()
    reply = parser.next_reply()
    assert reply is not None
    return reply


@pytest.mark.parametrize(
    ("data", "code", "lines"),
    [
        (b"250 ok\r\n", 250, ("ok",)),
        (b"250\r\n", 250, ("",)),
        (b"250 ok\n", 250, ("ok",)),
        (b"550  hh  \r\n", 550, ("hh",)),
        (b"550\thh\t\r\n", 550, ("hh",)),
        (b"550 a\0b \0\r\n", 550, ("a\0b",)),
        (b"550 a\rb\r\n", 550, ("a\rb",)),
        (b"550 caf\xe9\r\n", 550, ("caf\xe9",)),
        (b"5500hh\r\n", 550, ("hh",)),
        (b"250-one\r\n250-two\r\n250 three\r\n", 250, ("one", "two", "three")),
        (b"551-\r\n551-x y\r\n551 z\r\n", 551, ("", "x y", "z")),
    ],
)
def test_code_and_texts_of_a_reply(data: bytes, code: int, lines: tuple[str, ...]) -> None:
    [reply] = read(data)
    assert (reply.code, reply.lines) == (code, lines)


@pytest.mark.parametrize(
    ("data", "code", "lines"),
    [
        (b"250-a\r\n550 b\r\n", 250, ("a", "b")),
        (b"550-a\r\nxyz-q\r\n550 c\r\n", 550, ("a", "q", "c")),
        (b"250-a\r\nhello world\r\n", 250, ("a", "o world")),
        (b"550-a\r\n550\r\n", 550, ("a", "")),
    ],
)
def test_only_the_first_code_of_several_lines_counts(data: bytes, code: int, lines: tuple[str, ...]) -> None:
    [reply] = read(data)
    assert (reply.code, reply.lines) == (code, lines)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"5a0 x\r\n", 5),
        (b"5 0 x\r\n", 5),
        (b" 250 hh\r\n", 25),
        (b"-50 x\r\n", -50),
        (b"+50 x\r\n", 50),
        (b"050 x\r\n", 50),
        (b"99 x\r\n", 99),
    ],
)
def test_a_code_is_the_integer_that_three_characters_begin_with(data: bytes, code: int) -> None:
    assert [reply.code for reply in read(data)] == [code]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xff\xfe\0 hello\r\n", "unrecognizable code: \xff\xfe\0 hello"),
        (b"abc-def\r\n", "unrecognizable code: abc-def"),
        (b" - 5\r\n", "unrecognizable code:  - 5"),
        (b"2\r\n", "response too short: 2"),
        (b"\r\n", "response too short: "),
        (b"550-a\r\n25\r\n", "response too short: 25"),
    ],
)
def test_what_is_no_reply_is_answered_with_500(data: bytes, text: str) -> None:
    [reply] = read(data)
    assert (reply.code, reply.lines, reply.lost) == (500, (text,), False)


def test_bytes_after_a_reply_are_the_next_one() -> None:
    assert [reply.text for reply in read(b"250 one\r\n250-two\r\n250 2\r\n354 th")] == ["one", "two"]


def test_an_unfinished_line_is_no_reply_yet() -> None:
    assert read(b"250-a\r\n250 b") == []


def test_a_reply_keeps_the_lines_as_they_came() -> None:
    [reply] = read(b"250-a \r\n250 b\n")
    assert reply.raw_lines() == ["250-a ", "250 b"]


def test_an_unfinished_line_at_the_end_of_the_file_is_a_line() -> None:
    reply = read_to_end(b"550-a\r\n550 half")
    assert (reply.code, reply.lines, reply.lost) == (550, ("a", "half"), False)


@pytest.mark.parametrize(
    ("data", "lines"),
    [(b"", (PREMATURE_EOF,)), (b"250-a\r\n", (PREMATURE_EOF,)), (b"250-a\r\n250-b", (PREMATURE_EOF, "b"))],
)
def test_the_end_of_the_file_is_answered_with_400(data: bytes, lines: tuple[str, ...]) -> None:
    reply = read_to_end(data)
    assert (reply.code, reply.lines, reply.lost) == (400, lines, True)


def test_after_the_end_of_the_file_every_reply_is_400() -> None:
    parser = ReplyParser()
    parser.feed(b"250 ok\r\n")
    parser.end_of_file()
    replies = [parser.next_reply() for _ in range(3)]
    assert [reply and reply.code for reply in replies] == [250, 400, 400]


def test_a_server_given_up_has_nothing_more_to_say() -> None:
    parser = ReplyParser()
    parser.feed(b"25")
    parser.abandon("read from server timed out")
    parser.feed(b"0 ok\r\n")
    first, second = parser.next_reply(), parser.next_reply()
    assert first == second == Reply(400, ("read from server timed out",), lost=True)


@pytest.mark.parametrize("line", [b"250-more\r\n", b"x"])
def test_a_reply_without_end_is_cut_off(line: bytes) -> None:
    parser = ReplyParser()
    parser.feed(line * (MAX_REPLY // len(line) + 1))
    reply = parser.next_reply()
    assert reply is not None
    assert (reply.code, reply.lines, reply.lost) == (500, (TOO_LONG,), True)


@given(st.data())
def test_replies_do_not_depend_on_how_the_bytes_were_cut(data: st.DataObject) -> None:
    pieces = st.sampled_from([b"250 ok\r\n", b"250-a\r\n", b"550 b\n", b"\r\n", b"\r", b"2", b"-", b"junk", b"\xff"])
    stream = b"".join(data.draw(st.lists(pieces, max_size=12)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    chunks = [stream[i:j] for i, j in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(*chunks) == read(stream) == read(*(stream[i : i + 1] for i in range(len(stream))))


@given(st.binary(max_size=200))
def test_no_bytes_make_the_parser_fail(stream: bytes) -> None:
    replies = read(stream)
    assert b"".join(reply.raw for reply in replies) == stream[: sum(len(reply.raw) for reply in replies)]


@pytest.mark.parametrize("cut", range(1, 34))
def test_a_reply_of_several_lines_is_the_same_however_it_comes(cut: int) -> None:
    whole = b"250-sink\r\n250-SIZE  7 \r\n250 PIPELINING\r\n"
    at_once, in_two = ReplyParser(), ReplyParser()
    at_once.feed(whole)
    in_two.feed(whole[:cut])
    early = in_two.next_reply()
    in_two.feed(whole[cut:])
    assert early is None
    assert at_once.next_reply() == in_two.next_reply() == Reply(250, ("sink", "SIZE  7", "PIPELINING"), whole)


@pytest.mark.parametrize(
    "data",
    [b"250-a\r\n251 b\r\n", b"250-a\r\nxyz b\r\n", b"25x-a\r\n250 b\r\n", b"250-a\r\n\r\n250 b\r\n", b"250-a\n250\n"],
)
def test_a_reply_of_several_lines_that_is_not_in_order_is_read_line_by_line(data: bytes) -> None:
    at_once, in_pieces = ReplyParser(), ReplyParser()
    at_once.feed(data)
    replies = [at_once.next_reply()]
    for octet in data:
        in_pieces.feed(bytes((octet,)))
        reply = in_pieces.next_reply()
        if reply is not None:
            break
    assert replies == [reply]
