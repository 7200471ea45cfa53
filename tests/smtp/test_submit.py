"""Messages on their way to servers that behave, misbehave, or go away."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from dataclasses import replace
from email.message import EmailMessage
from threading import Event
from typing import Any

import pytest
from tclsmtp.mime.part import Part

from tclsmtp.dialect import DEFAULT
from tclsmtp.errors import AuthError, ConnectError, OptionError, RefusedError, TlsError
from tclsmtp.smtp import session, submit
from tclsmtp.smtp.options import Options, Refusal
from tclsmtp.smtp.reply import MAX_REPLY, PREMATURE_EOF, TIMED_OUT, TOO_LONG
from tclsmtp.smtp.submit import sendmessage
from tclsmtp.smtp.transport import SelectorWaiter
from tests.smtp.server import ScriptedServer, Step, read_line, read_to_end_of_data, reset
from tests.support.sink import Rules, Sink

HEADERS = (("From", "me@example.com"), ("To", "a@example.com, b@example.com"), ("Subject", "S"))
BLIND = ("Bcc", "x@example.com, y@example.com")
A, B, X, Y = (f"{name}@example.com" for name in "abxy")
RCPTS = [f"RCPT TO:<{address}>" for address in (A, B)]
ABORTED = ["RSET", "QUIT"]

BANNER = [b"220 hello\r\n"]
EHLO = [*BANNER, read_line, b"250 hello\r\n"]
MAIL = [*EHLO, read_line, b"250 ok\r\n"]
RCPT = [*MAIL, read_line, b"250 ok\r\n", read_line, b"250 ok\r\n"]
DATA = [*RCPT, read_line, b"354 go\r\n"]
SENT = [*DATA, read_to_end_of_data, b"250 queued\r\n"]
"""Scripts of a server up to its reply to a command."""


def text(body: str = "Hello.\n") -> Part:
    return Part.create("text/plain", data=body)


def send(
    *ports: int,
    part: Part | None = None,
    headers: Sequence[tuple[str, str]] = HEADERS,
    waiter: SelectorWaiter | None = None,
    **options: Any,
) -> list[Refusal]:
    """Send a small message to servers on this machine."""
    given = Options(
        servers=("127.0.0.1",) * len(ports), ports=ports, headers=tuple(headers), host="client.example", max_seconds=60
    )
    plan = submit.prepare(replace(given, **options))
    return submit.submit(plan, part or text(), waiter or SelectorWaiter(), DEFAULT)


def commands(sink: Sink, number: int = 0) -> list[str]:
    """What a client said after its greeting, without the parameters of MAIL."""
    return [command.partition(" SIZE=")[0] for command in sink.sessions[number].commands[1:]]


def headers_of(content: bytes) -> list[str]:
    return content.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def names_of(content: bytes) -> list[str]:
    return [line.partition(":")[0] for line in headers_of(content) if not line.startswith(" ")]


def test_a_message_arrives() -> None:
    with Sink() as sink:
        assert send(sink.port) == []
    [found] = sink.sessions
    assert found.commands[0] == "EHLO client.example"
    assert commands(sink) == ["MAIL FROM:<me@example.com>", *RCPTS, "DATA", "<bytes>", ".", "QUIT"]
    assert found.end == "quit"
    [message] = found.messages
    assert names_of(message.content) == [
        *("MIME-Version", "Content-ID", "From", "To", "Subject", "Date", "Message-ID", "Content-Type"),
    ]
    assert message.content.endswith(b"\r\n\r\nHello.\r\n")


def test_size_is_that_of_the_message_without_stuffed_dots() -> None:
    with Sink() as sink:
        send(sink.port, part=text("..\n.\n"))
    [message] = sink.sessions[0].messages
    assert message.sender == f"MAIL FROM:<me@example.com> SIZE={len(message.content)}"


def test_the_part_keeps_its_headers() -> None:
    part = text()
    before = list(part.headers.items())
    with Sink() as sink:
        send(sink.port, part=part, headers=[*HEADERS, BLIND, ("X-A", "a")])
    assert len(sink.sessions[0].messages) == 2
    assert list(part.headers.items()) == before


def test_date_and_message_id_of_the_part_stay() -> None:
    part = Part.create("text/plain", data="x", headers=[("date", "then"), ("Message-Id", "<it>")])
    with Sink() as sink:
        send(sink.port, part=part)
    found = headers_of(sink.sessions[0].messages[0].content)
    assert [line for line in found if line.lower().startswith(("date", "message-id"))] == [
        "date: then",
        "Message-Id: <it>",
    ]


def test_a_resent_message_gets_a_resent_date() -> None:
    part = Part.create("text/plain", data="x", headers=[("Date", "then")])
    with Sink() as sink:
        send(sink.port, part=part, headers=[("Resent-From", A), ("Resent-To", B)])
    found = names_of(sink.sessions[0].messages[0].content)
    assert [name for name in found if "Date" in name or "Message" in name] == [
        "Date",
        "Resent-Date",
        "Resent-Message-ID",
    ]


def test_blind_recipients_named_by_the_part_are_told_to_nobody() -> None:
    part = Part.create("text/plain", data="x", headers=[("bcc", X), ("Dcc", Y), ("Resent-Bcc", X)])
    with Sink() as sink:
        send(sink.port, part=part, headers=[], originator=A, recipients=B)
    content = sink.sessions[0].messages[0].content
    assert "Bcc: " in headers_of(content)
    assert b"x@" not in content
    assert b"y@" not in content


def test_bcc_recipients_get_a_digest_in_a_second_transaction() -> None:
    with Sink() as sink:
        assert send(sink.port, headers=[*HEADERS, BLIND]) == []
    first, second = sink.sessions[0].messages
    assert second.recipients == [f"RCPT TO:<{X}>", f"RCPT TO:<{Y}>"]
    assert [line for line in headers_of(second.content) if line.startswith(("From", "Bcc", "Subject"))] == [
        "From: me@example.com",
        "Bcc: ",
        "Subject: [Bcc] S",
    ]
    assert first.content.rstrip() in second.content
    assert b"x@" not in first.content + second.content
    assert commands(sink).count("QUIT") == 1


def test_a_blind_recipient_alone_needs_one_transaction() -> None:
    with Sink() as sink:
        send(sink.port, headers=[("From", A), ("To", ""), BLIND])
    assert [len(message.recipients) for message in sink.sessions[0].messages] == [2]


REFUSALS = {"RCPT TO:<b@": "550-no b\n550 here", "RCPT TO:<x@": "450 no x"}
REFUSED_B, REFUSED_X = Refusal(B, 550, "no b"), Refusal(X, 450, "no x")


def test_a_refused_recipient_keeps_the_message_from_all() -> None:
    with Sink(Rules(replies=REFUSALS)) as sink:
        assert send(sink.port) == [REFUSED_B]
    assert commands(sink)[1:] == [*RCPTS, *ABORTED]


def test_at_least_one_recipient_gets_the_message() -> None:
    with Sink(Rules(replies=REFUSALS)) as sink:
        assert send(sink.port, at_least_one=True) == [REFUSED_B]
    assert [message.recipients for message in sink.sessions[0].messages] == [[f"RCPT TO:<{A}>"]]


def test_nobody_gets_a_message_that_all_were_refused() -> None:
    with Sink(Rules(replies={"RCPT": "550 nobody"})) as sink:
        assert send(sink.port, at_least_one=True) == [Refusal(A, 550, "nobody"), Refusal(B, 550, "nobody")]
    assert commands(sink)[1:] == [*RCPTS, *ABORTED]


def test_blind_recipients_get_theirs_whatever_came_of_the_others() -> None:
    with Sink(Rules(replies=REFUSALS)) as sink:
        assert send(sink.port, headers=[*HEADERS, BLIND], at_least_one=True) == [REFUSED_B, REFUSED_X]
    assert [message.recipients[-1] for message in sink.sessions[0].messages] == [f"RCPT TO:<{A}>", f"RCPT TO:<{Y}>"]


def test_a_refused_blind_recipient_keeps_the_digest_from_all_blind() -> None:
    with Sink(Rules(replies=REFUSALS)) as sink:
        assert send(sink.port, headers=[("From", A), ("To", A), BLIND]) == [REFUSED_X]
    assert [message.recipients for message in sink.sessions[0].messages] == [[f"RCPT TO:<{A}>"]]


@pytest.mark.parametrize(
    "script",
    [
        [*SENT, read_line, b"554 no digest\r\n"],
        [*SENT, *MAIL[3:], read_line, b"250 ok\r\n", read_line, b"250 ok\r\n", read_line, b"554 no digest\r\n"],
        [*SENT, *DATA[3:], read_to_end_of_data, b"554 no digest\r\n"],
    ],
    ids=["MAIL", "DATA", "end of data"],
)
def test_a_refused_digest_is_refused_to_each_blind_recipient(script: list[Step]) -> None:
    with ScriptedServer(script) as server:
        assert send(server.port, headers=[*HEADERS, BLIND]) == [
            Refusal(X, 554, "no digest"),
            Refusal(Y, 554, "no digest"),
        ]
    assert server.received == [b"RSET\r\nQUIT\r\n"]


def test_a_blind_recipient_is_told_once_why_it_was_refused() -> None:
    script = [*SENT, *MAIL[3:], read_line, b"550 no x\r\n", read_line, b"250 ok\r\n", read_line, b"554 no\r\n"]
    with ScriptedServer(script) as server:
        assert send(server.port, headers=[*HEADERS, BLIND], at_least_one=True) == [
            Refusal(X, 550, "no x"),
            Refusal(Y, 554, "no"),
        ]


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ("MAIL", ["MAIL FROM:<me@example.com>"]),
        ("DATA", ["MAIL FROM:<me@example.com>", *RCPTS, "DATA"]),
        (".", ["MAIL FROM:<me@example.com>", *RCPTS, "DATA", "<bytes>", "."]),
    ],
)
@pytest.mark.parametrize("code", [450, 552])
def test_a_refusal_of_the_message_is_an_error(step: str, sent: list[str], code: int) -> None:
    with Sink(Rules(replies={step: f"{code}-not this\n{code} one"})) as sink, pytest.raises(RefusedError) as caught:
        send(sink.port, headers=[*HEADERS, BLIND])
    error = caught.value
    assert (error.code, error.text, error.more, error.step) == (code, "not this", ("one",), step)
    assert error.errorcode == ("SMTP", str(code), "not this")
    assert commands(sink) == [*sent, *ABORTED]


def test_a_server_that_will_not_talk_is_passed_over() -> None:
    busy, mute, away = Rules(banner="421 busy"), Rules(faults={"EHLO": "close"}), Rules(replies={"EHLO": "450 later"})
    with Sink(busy) as one, Sink(mute) as two, Sink(away) as three, Sink() as four:
        assert send(one.port, two.port, three.port, four.port) == []
    assert len(four.sessions[0].messages) == 1


def test_after_mail_no_other_server_is_asked() -> None:
    mute = Rules(faults={"MAIL": "close"})
    with Sink(mute) as one, Sink() as two, pytest.raises(RefusedError, match=f"400: {PREMATURE_EOF}"):
        send(one.port, two.port)
    assert two.sessions == []


def test_where_the_ports_end_the_default_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sink(Rules(banner="554 no")) as one, Sink() as two:
        monkeypatch.setattr(submit, "DEFAULT_PORT", two.port)
        send(one.port, servers=("127.0.0.1", "127.0.0.1"))
    assert len(two.sessions) == 1


def test_an_empty_server_name_is_passed_over_with_its_port() -> None:
    with Sink() as sink:
        assert send(servers=("", "127.0.0.1"), ports=(1, sink.port)) == []


@pytest.mark.parametrize("servers", [(), ("",)])
def test_no_server_at_all_is_an_error(servers: tuple[str, ...]) -> None:
    with pytest.raises(OptionError, match="-servers"):
        send(servers=servers)


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


def test_the_error_of_the_last_server_is_told() -> None:
    first, last = Rules(banner="554 one"), Rules(banner="554 two")
    with Sink(first) as one, Sink(last) as two, pytest.raises(ConnectError, match="554 two"):
        send(one.port, two.port)


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
    with Sink(Rules(ehlo=("size=100", "onex"))) as sink:
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
    with Sink(Rules(replies={"MAIL": "550 no"})) as sink, pytest.raises(RefusedError):
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
    """Notes how long it was to wait, and waits a moment at most where it was told how long."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = []

    def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
        self.timeouts.append(timeout)
        super().wait(fd, write, ready, None if timeout is None else 0.05)


@pytest.mark.parametrize(("script", "step", "seconds"), [([], "banner", 600), (BANNER, "EHLO", 300)])
def test_silence_while_greeting_is_a_failed_connection(script: list[Step], step: str, seconds: int) -> None:
    waiter = ImpatientWaiter()
    with ScriptedServer(script) as server, pytest.raises(ConnectError) as caught:
        send(server.port, waiter=waiter)
    assert (caught.value.step, caught.value.why, waiter.timeouts[-1]) == (step, TIMED_OUT, seconds)


@pytest.mark.parametrize(
    ("script", "step", "seconds"),
    [(EHLO, "MAIL", 600), (RCPT, "DATA", 300), (DATA, ".", 77)],
    ids=["MAIL", "DATA", "end of data"],
)
def test_silence_after_a_command_is_a_refusal_by_400(script: list[Step], step: str, seconds: int) -> None:
    waiter = ImpatientWaiter()
    with ScriptedServer(script) as server, pytest.raises(RefusedError) as caught:
        send(server.port, waiter=waiter, max_seconds=77)
    error = caught.value
    assert (error.code, error.text, error.step, waiter.timeouts[-1]) == (400, TIMED_OUT, step, seconds)
    assert server.received[0].endswith(b"RSET\r\nQUIT\r\n")


def test_after_silence_no_recipient_is_asked_again() -> None:
    waiter = ImpatientWaiter()
    with ScriptedServer(MAIL) as server:
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


def test_a_server_that_stops_reading_is_a_refusal_by_400(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "LONGEST_WAIT", 0.05)
    given_up = Event()

    def read_nothing(_: socket.socket) -> None:
        assert given_up.wait(60)

    with ScriptedServer([*DATA, read_nothing]) as server:
        with pytest.raises(RefusedError, match=f"400: {TIMED_OUT}"):
            send(server.port, part=text("0123456789\n" * 1_000_000))
        given_up.set()


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


@pytest.mark.parametrize("script", [[], BANNER], ids=["banner", "EHLO"])
def test_a_greeting_without_end_is_a_failed_connection(script: list[Step]) -> None:
    endless = b"250-and so on\r\n" * (MAX_REPLY // 10)
    with ScriptedServer([*script, endless]) as server, pytest.raises(ConnectError, match=TOO_LONG):
        send(server.port)


def test_a_reply_without_end_is_a_refusal() -> None:
    script = [*EHLO, read_line, b"250-and so on\r\n" * (MAX_REPLY // 10)]
    with ScriptedServer(script) as server, pytest.raises(RefusedError, match=f"500: {TOO_LONG}"):
        send(server.port)


@pytest.mark.parametrize(
    ("rules", "options", "error"),
    [
        (Rules(ehlo=("STARTTLS",)), {}, TlsError),
        (Rules(ehlo=("AUTH PLAIN",)), {"username": "me"}, AuthError),
        (Rules(ehlo=("AUTH=LOGIN",)), {"username": "me"}, AuthError),
    ],
)
def test_what_cannot_be_had_is_a_clear_error(rules: Rules, options: dict[str, Any], error: type[Exception]) -> None:
    with Sink(rules) as sink, pytest.raises(error, match="this version does not speak"):
        send(sink.port, **options)
    assert commands(sink) == ["QUIT"]


def test_tls_from_the_beginning_cannot_be_had() -> None:
    with Sink() as sink, pytest.raises(TlsError):
        send(sink.port, tls_import=True)
    assert sink.sessions == []


@pytest.mark.parametrize(
    ("ehlo", "options"),
    [(("STARTTLS",), {"use_tls": False}), (("SIZE",), {"username": "me"}), (("AUTH PLAIN",), {"password": "x"})],
)
def test_what_nobody_asks_for_is_not_missed(ehlo: tuple[str, ...], options: dict[str, Any]) -> None:
    with Sink(Rules(ehlo=ehlo)) as sink:
        assert send(sink.port, **options) == []


def test_line_breaks_in_headers_add_no_header_and_no_command() -> None:
    evil = "x\r\nBcc: evil@example.com\r\n\r\nbody\r\n.\r\nMAIL FROM:<evil@example.com>"
    with Sink() as sink:
        send(sink.port, headers=[*HEADERS, ("X-Evil", evil)], originator=f'"Me\r\n.\r\nX: y" <{A}>')
    assert commands(sink) == [f"MAIL FROM:<{A}>", *RCPTS, "DATA", "<bytes>", ".", "QUIT"]
    [message] = sink.sessions[0].messages
    assert "Bcc" not in names_of(message.content)
    assert message.content.count(b"\r\n\r\n") == 1
    assert message.bare_line_breaks == 0


def test_a_message_that_looks_like_commands_is_one_message() -> None:
    body = "one\r\n.\r\nMAIL FROM:<evil@example.com>\r\n..\n.\nend"
    with Sink() as sink:
        send(sink.port, part=text(body))
    assert commands(sink)[-3:] == ["<bytes>", ".", "QUIT"]
    assert sink.sessions[0].messages[0].bare_line_breaks == 0


def email() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Me <me@example.com>"
    message["To"] = A
    message["Cc"] = B
    message["Bcc"] = X
    message["Subject"] = "S"
    message.set_content("Hello.\n.\n")
    return message


def test_an_email_message_is_sent_to_all_its_recipients_without_its_bcc() -> None:
    message = email()
    with Sink() as sink:
        assert sendmessage(message, servers="127.0.0.1", ports=sink.port) == []
    [sent] = sink.sessions[0].messages
    assert sent.recipients == [f"RCPT TO:<{address}>" for address in (A, B, X)]
    assert not {"Bcc", "Sender"} & set(names_of(sent.content))
    assert names_of(sent.content).count("From") == 1
    assert b"x@" not in sent.content
    assert message["Bcc"] == X


def test_a_part_is_sent_as_from_tcl() -> None:
    with Sink() as sink:
        sendmessage(
            text(),
            servers=["127.0.0.1"],
            ports=[sink.port],
            originator="me@example.com",
            recipients=[A, B],
            headers=[("Subject", "S")],
            dialect="2.0",
        )
    [sent] = sink.sessions[0].messages
    assert sent.recipients == RCPTS
    assert [line for line in headers_of(sent.content) if line.startswith(("From", "Bcc", "Subject"))] == [
        "Subject: S",
        "From: me@example.com",
        "Bcc: ",
    ]


def test_debug_of_the_python_call_is_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with Sink() as sink:
        sendmessage(email(), servers="127.0.0.1", ports=sink.port, debug=True)
    assert capsys.readouterr().err.startswith("Trying 127.0.0.1...\n<-- 220 sink.example ESMTP\n--> EHLO ")
