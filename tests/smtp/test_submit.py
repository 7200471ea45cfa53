"""Messages on their way to their recipients, and what came of them."""

from __future__ import annotations

import socket
from email.message import EmailMessage
from threading import Event

import pytest

from tclsmtp.dialect import Dialect
from tclsmtp.errors import ConnectError, OptionError, RefusedError
from tclsmtp.mime.part import Part
from tclsmtp.smtp import submit, target
from tclsmtp.smtp.content import Content
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.reply import PREMATURE_EOF
from tclsmtp.smtp.submit import sendmessage
from tests.smtp.sending import (
    ABORTED,
    BLIND,
    DATA,
    HEADERS,
    MAIL,
    RCPTS,
    SENT,
    A,
    B,
    X,
    Y,
    commands,
    headers_of,
    names_of,
    send,
    text,
)
from tests.smtp.server import ScriptedServer, Step, read_line, read_to_end_of_data
from tests.support.sink import Rules, Sink


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


@pytest.mark.parametrize(("ehlo", "sent"), [(("SIZE",), RCPTS), (("PIPELINING",), [*RCPTS, "DATA"])])
def test_nobody_gets_a_message_that_all_were_refused(ehlo: tuple[str, ...], sent: list[str]) -> None:
    with Sink(Rules(ehlo=ehlo, replies={"RCPT": "550 nobody"})) as sink:
        assert send(sink.port, at_least_one=True) == [Refusal(A, 550, "nobody"), Refusal(B, 550, "nobody")]
    assert commands(sink)[1:] == [*sent, *ABORTED]
    assert sink.sessions[0].messages == []


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
    rules = Rules(ehlo=("SIZE",), replies={step: f"{code}-not this\n{code} one"})
    with Sink(rules) as sink, pytest.raises(RefusedError) as caught:
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
        monkeypatch.setattr(target, "DEFAULT_PORT", two.port)
        send(one.port, servers=("127.0.0.1", "127.0.0.1"))
    assert len(two.sessions) == 1


def test_an_empty_server_name_is_passed_over_with_its_port() -> None:
    with Sink() as sink:
        assert send(servers=("", "127.0.0.1"), ports=(1, sink.port)) == []


@pytest.mark.parametrize("servers", [(), ("",)])
def test_no_server_at_all_is_an_error(servers: tuple[str, ...]) -> None:
    with pytest.raises(OptionError, match="-servers"):
        send(servers=servers)


def test_the_error_of_the_last_server_is_told() -> None:
    first, last = Rules(banner="554 one"), Rules(banner="554 two")
    with Sink(first) as one, Sink(last) as two, pytest.raises(ConnectError, match="554 two"):
        send(one.port, two.port)


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


def test_the_message_is_made_while_the_server_thinks_about_the_greeting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server answers EHLO once the message is made."""
    made = Event()

    class Told(Content):
        def __init__(self, part: Part, dialect: Dialect) -> None:
            super().__init__(part, dialect)
            made.set()

    monkeypatch.setattr(submit, "Content", Told)

    def wait(_: socket.socket) -> None:
        assert made.wait(30)

    banner, hello, *rest = SENT
    with ScriptedServer([banner, hello, wait, *rest]) as server:
        assert send(server.port) == []
    assert made.is_set()
