"""One server that greets, keeps silent, breaks off, or says too much."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from tclsmtp.errors import ConnectError, RefusedError
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.reply import MAX_REPLY, PREMATURE_EOF, TIMED_OUT, TOO_LONG
from tclsmtp.smtp.waiting import SelectorWaiter
from tests.smtp.sending import (
    BANNER,
    DATA,
    EHLO,
    MAIL,
    RCPT,
    SENT,
    A,
    B,
    commands,
    send,
    text,
)
from tests.smtp.server import ScriptedServer, Step, read_line, read_to_end_of_data, reset
from tests.support.sink import Rules, Sink


@pytest.mark.parametrize(
    ("rules", "step", "why"),
    [
        (Rules(banner="554-go\n554 away"), "banner", "554 go"),
        (Rules(banner="250 odd"), "banner", "250 odd"),
        (Rules(faults={"banner": "garbage"}), "banner", "500 unrecognizable code: \xff\xfe\0 hello"),
        (Rules(faults={"banner": "close"}), "banner", PREMATURE_EOF),
        (Rules(replies={"EHLO": "450 later"}), "EHLO", "450 later"),
        (Rules(faults={"EHLO": "half"}), "EHLO", PREMATURE_EOF),
        (Rules(replies={"EHLO": "500 what", "HELO": "550 no"}), "HELO", "550 no"),
    ],
)
def test_the_error_of_a_failed_greeting_says_where_and_why(rules: Rules, step: str, why: str) -> None:
    with Sink(rules) as sink, pytest.raises(ConnectError) as caught:
        send(sink.port)
    error = caught.value
    assert (error.host, error.port, error.step, error.why) == ("127.0.0.1", sink.port, step, why)
    assert error.message == f"127.0.0.1:{sink.port}: {step}: {why}"
    assert error.errorcode == ("SMTP", "CONNECT", "127.0.0.1", str(sink.port), why)


def test_a_connection_that_cannot_be_made_says_why() -> None:
    with Sink() as sink:
        port = sink.port
    with pytest.raises(ConnectError, match="connect: connection refused"):
        send(port)


def test_helo_follows_a_refused_ehlo() -> None:
    with Sink(Rules(replies={"EHLO": "502 no ehlo", "HELO": "250-hi\n250 SIZE"})) as sink:
        send(sink.port)
    assert sink.sessions[0].commands[1:3] == ["HELO client.example", "MAIL FROM:<me@example.com>"]


def test_keywords_are_known_in_any_case() -> None:
    with Sink(Rules(ehlo=("size=100000", "onex"))) as sink:
        send(sink.port)
    assert commands(sink)[:2] == ["ONEX", "MAIL FROM:<me@example.com>"]
    assert " SIZE=" in sink.sessions[0].commands[2]


@pytest.mark.parametrize(
    ("ehlo", "queue", "asked"),
    [
        (("ONEX", "XQUE"), True, ["ONEX", "QUED"]),
        (("ONEX", "XQUE"), False, ["ONEX"]),
        (("XQUE",), True, ["QUED"]),
        (("ONEX foo", "XONE", "QUED"), True, []),
    ],
)
def test_queueing_is_asked_for_where_it_is_offered(ehlo: tuple[str, ...], queue: bool, asked: list[str]) -> None:
    with Sink(Rules(ehlo=ehlo)) as sink:
        send(sink.port, queue=queue)
    said = commands(sink)
    assert said[: said.index("MAIL FROM:<me@example.com>")] == asked


@pytest.mark.parametrize(
    ("server", "client", "greeting"),
    [
        ("127.0.0.1", "", "EHLO client.example"),
        ("localhost", "", "EHLO localhost"),
        ("localhost", "my.name", "EHLO my.name"),
        ("127.0.0.1", "a b", "EHLO a b"),
    ],
)
def test_the_client_names_itself(server: str, client: str, greeting: str) -> None:
    with Sink() as sink:
        send(sink.port, servers=(server,), client=client)
    assert sink.sessions[0].commands[0] == greeting


def test_debug_shows_the_dialogue() -> None:
    lines: list[str] = []
    with Sink(Rules(ehlo=("SIZE",))) as sink:
        send(sink.port, debug=lines.append, max_seconds="2.5")
    size = len(sink.sessions[0].messages[0].content)
    assert lines == [
        "Trying 127.0.0.1...",
        "<-- 220 sink.example ESMTP",
        "--> EHLO client.example (wait upto 300 seconds)",
        "<-- 250-sink.example",
        "<-- 250 SIZE",
        f"--> MAIL FROM:<me@example.com> SIZE={size} (wait upto 600 seconds)",
        "<-- 250 sender ok",
        "--> RCPT TO:<a@example.com> (wait upto 3600 seconds)",
        "<-- 250 recipient ok",
        "--> RCPT TO:<b@example.com> (wait upto 3600 seconds)",
        "<-- 250 recipient ok",
        "--> DATA (wait upto 300 seconds)",
        "<-- 354 go",
        "--> . (wait upto 2.5 seconds)",
        "<-- 250 queued",
        "--> QUIT (wait upto 120 seconds)",
        "<-- 221 bye",
    ]


def test_debug_tells_a_lost_connection_once() -> None:
    lines: list[str] = []
    with Sink(Rules(ehlo=(), faults={"RCPT": "close"})) as sink:
        send(sink.port, debug=lines.append)
    assert lines[6:] == [
        "--> RCPT TO:<a@example.com> (wait upto 3600 seconds)",
        f"    ... {PREMATURE_EOF} ...",
        "--> RCPT TO:<b@example.com> (wait upto 3600 seconds)",
        "--> RSET (wait upto 300 seconds)",
        "--> QUIT (wait upto 120 seconds)",
    ]


def test_debug_shows_the_farewell_after_a_refusal() -> None:
    lines: list[str] = []
    with Sink(Rules(ehlo=("SIZE",), replies={"MAIL": "550 no"})) as sink, pytest.raises(RefusedError):
        send(sink.port, debug=lines.append)
    assert lines[-3:] == ["<-- 550 no", "--> RSET (wait upto 0 seconds)", "--> QUIT (wait upto 0 seconds)"]


def test_debug_tells_why_a_connection_failed() -> None:
    lines: list[str] = []
    with Sink() as sink:
        port = sink.port
    with pytest.raises(ConnectError):
        send(port, debug=lines.append)
    assert lines == ["Trying 127.0.0.1...", "    ... connection refused ..."]


def test_the_reply_to_quit_is_not_waited_for() -> None:
    with ScriptedServer([*SENT]) as server:
        assert send(server.port) == []
    assert server.received == [b"QUIT\r\n"]


class ImpatientWaiter(SelectorWaiter):
    """Notes how long it was to wait, and gives up as soon as the server is known to be silent from then on."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = []
        self._silent = Event()

    def be_silent(self, _: socket.socket) -> None:
        """The last step of a server's script."""
        self._silent.set()

    def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
        self.timeouts.append(timeout)
        silent = False
        while True:
            try:
                super().wait(fd, write, ready, 0.05)
            except TimeoutError:
                if silent:
                    raise
                # What was said before the silence may have come after this wait had ended.
                silent = self._silent.is_set()
            else:
                return


@pytest.mark.parametrize(("script", "step", "seconds"), [([], "banner", 600), (BANNER, "EHLO", 300)])
def test_silence_while_greeting_is_a_failed_connection(script: list[Step], step: str, seconds: int) -> None:
    waiter = ImpatientWaiter()
    with ScriptedServer([*script, waiter.be_silent]) as server, pytest.raises(ConnectError) as caught:
        send(server.port, waiter=waiter)
    assert (caught.value.step, caught.value.why, waiter.timeouts[-1]) == (step, TIMED_OUT, seconds)


@pytest.mark.parametrize(
    ("script", "step", "seconds"),
    [(EHLO, "MAIL", 600), (RCPT, "DATA", 300), (DATA, ".", 77)],
    ids=["MAIL", "DATA", "end of data"],
)
def test_silence_after_a_command_is_a_refusal_by_400(script: list[Step], step: str, seconds: int) -> None:
    waiter = ImpatientWaiter()
    with ScriptedServer([*script, waiter.be_silent]) as server, pytest.raises(RefusedError) as caught:
        send(server.port, waiter=waiter, max_seconds=77)
    error = caught.value
    assert (error.code, error.text, error.step, waiter.timeouts[-1]) == (400, TIMED_OUT, step, seconds)
    assert server.received[0].endswith(b"RSET\r\nQUIT\r\n")


def test_after_silence_no_recipient_is_asked_again() -> None:
    waiter = ImpatientWaiter()
    with ScriptedServer([*MAIL, waiter.be_silent]) as server:
        assert send(server.port, waiter=waiter) == [Refusal(A, 400, TIMED_OUT), Refusal(B, 400, TIMED_OUT)]
    assert waiter.timeouts[-1] == 600
    assert server.received == [f"RCPT TO:<{A}>\r\nQUIT\r\n".encode()]


def test_max_seconds_of_zero_wait_for_ever() -> None:
    waits_for_ever = Event()

    class Waiter(SelectorWaiter):
        def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
            if timeout is None:
                waits_for_ever.set()
            super().wait(fd, write, ready, timeout)

    def answer(connection: socket.socket) -> None:
        assert waits_for_ever.wait(60)
        connection.sendall(b"250 queued\r\n")

    with ScriptedServer([*DATA, read_to_end_of_data, answer]) as server:
        assert send(server.port, waiter=Waiter(), max_seconds="0") == []


def test_a_server_that_stops_reading_is_a_refusal_by_400() -> None:
    waiter = ImpatientWaiter()
    given_up = Event()

    def read_nothing(connection: socket.socket) -> None:
        waiter.be_silent(connection)
        assert given_up.wait(60)

    with ScriptedServer([*DATA, read_nothing]) as server:
        with pytest.raises(RefusedError, match=f"400: {TIMED_OUT}"):
            send(server.port, part=text("0123456789\n" * 1_000_000), waiter=waiter)
        given_up.set()
    assert waiter.timeouts[-1] == 600


@pytest.mark.parametrize(
    ("script", "step"), [(EHLO, "MAIL"), (RCPT, "DATA"), (DATA, ".")], ids=["MAIL", "DATA", "end of data"]
)
@pytest.mark.parametrize("leave", [reset, lambda connection: connection.close()], ids=["reset", "close"])
def test_a_lost_connection_is_a_refusal_by_400(
    script: list[Step], step: str, leave: Callable[[socket.socket], None]
) -> None:
    wait = read_to_end_of_data if step == "." else read_line
    with ScriptedServer([*script, wait, leave]) as server, pytest.raises(RefusedError) as caught:
        send(server.port)
    assert (caught.value.code, caught.value.text, caught.value.step) == (400, PREMATURE_EOF, step)


def test_a_connection_lost_at_a_recipient_refuses_the_rest() -> None:
    with ScriptedServer([*MAIL, read_line, b"250 ok\r\n", read_line, reset]) as server:
        assert send(server.port, at_least_one=False) == [Refusal(B, 400, PREMATURE_EOF)]


def test_a_connection_lost_after_the_message_is_no_error() -> None:
    with ScriptedServer([*SENT, reset]) as server:
        assert send(server.port) == []


def test_what_a_server_says_before_it_breaks_off_counts() -> None:
    script = [*EHLO, read_line, b"421 going down\r\n", reset]
    with ScriptedServer(script) as server, pytest.raises(RefusedError, match="421: going down"):
        send(server.port)


@pytest.mark.parametrize("script", [[], [*BANNER, read_line]], ids=["banner", "EHLO"])
def test_a_greeting_without_end_is_a_failed_connection(script: list[Step]) -> None:
    endless = b"250-and so on\r\n" * (MAX_REPLY // 10)
    with ScriptedServer([*script, endless]) as server, pytest.raises(ConnectError, match=TOO_LONG):
        send(server.port)


def test_a_reply_without_end_is_a_refusal() -> None:
    script = [*EHLO, read_line, b"250-and so on\r\n" * (MAX_REPLY // 10)]
    with ScriptedServer(script) as server, pytest.raises(RefusedError, match=f"500: {TOO_LONG}"):
        send(server.port)


@pytest.mark.parametrize(
    ("ehlo", "options"),
    [(("STARTTLS",), {"use_tls": False}), (("SIZE",), {"username": "me"}), (("AUTH PLAIN",), {"password": "x"})],
)
def test_what_nobody_asks_for_is_not_missed(ehlo: tuple[str, ...], options: dict[str, Any]) -> None:
    with Sink(Rules(ehlo=ehlo)) as sink:
        assert send(sink.port, **options) == []
