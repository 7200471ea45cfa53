"""The SMTP server that other tests rely on, seen from smtplib and from a bare socket."""

from __future__ import annotations

import smtplib
import socket
import subprocess
import sys
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from scramp import ScramClient

from tests.support import sink as sink_module
from tests.support.sink import Auth, Rules, Sink, render

TEXT = b"Subject: S\r\n\r\n.dot\r\nend\r\n"


def send(sink: Sink, *, login: tuple[str, str] | None = None) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP("127.0.0.1", sink.port, local_hostname="client.example") as client:
        if login:
            client.login(*login)
        return client.sendmail("me@example.com", ["a@example.com", "b@example.com"], TEXT)


def say(sink: Sink, *chunks: bytes) -> bytes:
    """All that the server says to these bytes, up to its end of file."""
    with socket.create_connection(("127.0.0.1", sink.port)) as client:
        client.sendall(b"".join(chunks))
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(4096), b""))


def test_session_is_rendered_as_the_recordings_are() -> None:
    with Sink() as sink:
        send(sink)
    # smtplib writes its keywords in another case since Python 3.13.
    assert render(sink.sessions).replace("mail from:", "mail FROM:").replace("rcpt to:", "rcpt TO:").splitlines() == [
        "session 0 end=quit tls=False authed=False",
        "  C: ehlo client.example",
        f"  C: mail FROM:<me@example.com> size={len(TEXT)}",
        "  C: rcpt TO:<a@example.com>",
        "  C: rcpt TO:<b@example.com>",
        "  C: data",
        "  C: <bytes>",
        "  C: .",
        "  C: QUIT",
        f"  M: mail FROM:<me@example.com> size={len(TEXT)}",
        "  R: rcpt TO:<a@example.com> rcpt TO:<b@example.com>",
        "  | Subject: S",
        "  | ",
        "  | ..dot",
        "  | end",
        "  | ",
        "  bare: 0",
    ]


def test_message_content_has_no_stuffed_dots() -> None:
    with Sink() as sink:
        send(sink)
    assert sink.sessions[0].messages[0].content == TEXT


def test_longest_beginning_decides_the_reply() -> None:
    rules = Rules(replies={"RCPT": "450 later", "RCPT TO:<b": "550-no\n550 never"})
    with Sink(rules) as sink:
        replies = say(sink, b"MAIL FROM:<m@x>\r\nRCPT TO:<a@x>\r\nRCPT TO:<b@x>\r\nQUIT\r\n")
    assert replies.split(b"\r\n")[2:5] == [b"450 later", b"550-no", b"550 never"]


@pytest.mark.parametrize(
    ("fault", "after_banner"),
    [
        ("close", b""),
        ("half", b"250-and"),
        ("short", b"2\r\n221 bye\r\n"),
        ("garbage", b"\xff\xfe\0 hello\r\n221 bye\r\n"),
    ],
)
def test_fault_stands_in_place_of_the_reply(fault: str, after_banner: bytes) -> None:
    with Sink(Rules(banner="220 hi", faults={"NOOP": fault})) as sink:
        assert say(sink, b"NOOP\r\nQUIT\r\n") == b"220 hi\r\n" + after_banner


def test_bare_line_breaks_are_counted_and_end_no_message() -> None:
    with Sink() as sink:
        say(sink, b"MAIL FROM:<m@x>\r\nRCPT TO:<a@x>\r\nDATA\r\na\n.\r\nb\rc\r\n.\r\nQUIT\r\n")
    [message] = sink.sessions[0].messages
    assert (message.text, message.bare_line_breaks) == (b"a\n.\r\nb\rc\r\n", 2)


def test_chunks_make_one_message_told_as_after_data() -> None:
    with Sink(Rules(ehlo=("CHUNKING",))) as sink:
        say(sink, b"MAIL FROM:<m@x>\r\nRCPT TO:<a@x>\r\nBDAT 3\r\n.a\rBDAT 4 LAST\r\n\nb\r\nQUIT\r\n")
    assert sink.sessions[0].messages[0].text == b"..a\r\nb\r\n"


def test_connection_that_breaks_off_is_no_message() -> None:
    with Sink() as sink:
        say(sink, b"MAIL FROM:<m@x>\r\nRCPT TO:<a@x>\r\nDATA\r\nhalf a mess")
    assert (sink.sessions[0].end, sink.sessions[0].messages) == ("eof", [])


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_right_password_is_let_in(mechanism: str) -> None:
    with Sink(Rules(auth=Auth(mechanism, "joe", "secret"))) as sink:
        send(sink, login=("joe", "secret"))
    assert sink.sessions[0].authed


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_wrong_password_is_refused(mechanism: str) -> None:
    with Sink(Rules(auth=Auth(mechanism, "joe", "secret"))) as sink, pytest.raises(smtplib.SMTPAuthenticationError):
        send(sink, login=("joe", "wrong"))
    assert not sink.sessions[0].authed


def log_in_with_scram(sink: Sink, mechanism: str, user: str, password: str) -> bytes:
    """The reply to the whole of AUTH."""
    scram = ScramClient([mechanism], user, password)
    with smtplib.SMTP("127.0.0.1", sink.port, local_hostname="client.example") as client:
        client.ehlo()
        _, challenge = client.docmd("AUTH", mechanism)
        assert challenge == b""
        code, challenge = client.docmd(b64encode(scram.get_client_first().encode()).decode())
        if code == 334:
            scram.set_server_first(b64decode(challenge).decode())
            code, challenge = client.docmd(b64encode(scram.get_client_final().encode()).decode())
        if code == 334:
            scram.set_server_final(b64decode(challenge).decode())
            code, challenge = client.docmd("")
        return challenge


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512"])
def test_scram_lets_in_and_proves_that_it_knows_the_password(mechanism: str) -> None:
    with Sink(Rules(auth=Auth(mechanism, "joe", "secret"))) as sink:
        assert log_in_with_scram(sink, mechanism, "joe", "secret") == b"welcome"
    assert sink.sessions[0].authed


@pytest.mark.parametrize(("user", "password"), [("joe", "wrong"), ("jim", "secret")])
def test_scram_refuses_what_it_does_not_know(user: str, password: str) -> None:
    with Sink(Rules(auth=Auth("SCRAM-SHA-256", "joe", "secret"))) as sink:
        assert log_in_with_scram(sink, "SCRAM-SHA-256", user, password) == b"authentication failed"
    assert not sink.sessions[0].authed


def test_process_prints_port_and_sessions(tmp_path: Path) -> None:
    rules = tmp_path / "rules.json"
    rules.write_text('{"banner": "220 from a file"}')
    command = [sys.executable, sink_module.__file__, str(rules)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout
        port = int(server.stdout.readline())
        with socket.create_connection(("127.0.0.1", port)) as client:
            assert client.recv(4096) == b"220 from a file\r\n"
        sessions, _ = server.communicate()
    assert sessions == b"session 0 end=eof tls=False authed=False\n"
