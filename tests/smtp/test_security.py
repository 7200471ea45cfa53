"""TLS and AUTH against a server on this machine."""

from __future__ import annotations

import logging
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from tclsmtp.errors import ConnectError, RefusedError, TlsError, TlsTimeoutError
from tclsmtp.smtp import security
from tclsmtp.smtp.options import Refusal, TlsSettings
from tclsmtp.smtp.submit import sendmessage
from tests.smtp.sending import EHLO, A, B, commands, send, text
from tests.smtp.server import ScriptedServer, read_line
from tests.support.certificates import authority_file, server_context
from tests.support.sink import Auth, Rules, Sink

PASSWORD = "open sesame"
SENDER = "MAIL FROM:<me@example.com>"


class Policy:
    """A -tlspolicy that always answers the same, and remembers what it was asked."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[tuple[int, str]] = []

    def __call__(self, code: int, diagnostic: str) -> str:
        self.asked.append((code, diagnostic))
        return self.answer


@pytest.fixture
def trusted(tmp_path: Path) -> dict[str, Any]:
    """The options that make the client trust the server's certificate."""
    return {"tls": lambda: TlsSettings(cafile=authority_file(tmp_path))}


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_WR)


def login(mechanisms: str, password: str = PASSWORD) -> dict[str, Any]:
    return {"auth": Auth(mechanisms, "joe", password)}


CREDENTIALS: dict[str, Any] = {"username": "joe", "password": PASSWORD}


class TestStartTls:
    def test_the_message_goes_inside_tls(self) -> None:
        with Sink(Rules(tls=server_context())) as sink:
            assert send(sink.port) == []
        [session] = sink.sessions
        assert session.tls
        assert [line.split()[0] for line in session.commands[:4]] == ["EHLO", "STARTTLS", "EHLO", "MAIL"]
        assert len(session.messages) == 1

    def test_a_script_may_do_without(self) -> None:
        with Sink(Rules(tls=server_context())) as sink:
            assert send(sink.port, use_tls=False) == []
        assert not sink.sessions[0].tls

    def test_large_messages_pass(self) -> None:
        from tclsmtp.mime.part import Part

        body = b"0123456789abcde\n" * 60_000
        with Sink(Rules(tls=server_context())) as sink:
            assert send(sink.port, part=Part.create("application/octet-stream", encoding="base64", data=body)) == []
        assert len(sink.sessions[0].messages[0].content) > 1_200_000

    @pytest.mark.parametrize(
        "context",
        [{"self_signed": True}, {"expired": True}, {"name": "other.example"}],
        ids=["self-signed", "expired", "wrong host"],
    )
    def test_without_credentials_any_certificate_will_do(
        self, context: dict[str, Any], trusted: dict[str, Any]
    ) -> None:
        with Sink(Rules(tls=server_context(**context))) as sink:
            assert send(sink.port, **trusted) == []
        assert sink.sessions[0].tls

    @pytest.mark.parametrize(
        ("context", "why"),
        [
            ({"self_signed": True}, "certificate not trusted: unable to get local issuer certificate"),
            ({"expired": True}, "certificate not trusted: certificate has expired"),
            ({"name": "other.example"}, "certificate not trusted: IP address mismatch"),
        ],
    )
    def test_with_credentials_it_must_be_good(self, context: dict[str, Any], why: str, trusted: dict[str, Any]) -> None:
        rules = Rules(tls=server_context(**context), **login("PLAIN"))
        with Sink(rules) as sink, pytest.raises(TlsError) as caught:
            send(sink.port, **CREDENTIALS, **trusted)
        assert f"STARTTLS: 454 {why}" in caught.value.message
        assert caught.value.errorcode[:4] == ("SMTP", "TLS", "127.0.0.1", str(sink.port))
        assert "AUTH PLAIN" not in sink.sessions[0].commands

    def test_a_script_may_require_a_good_one(self, tmp_path: Path) -> None:
        strict = TlsSettings(verify=True, cafile=authority_file(tmp_path))
        with Sink(Rules(tls=server_context())) as sink:
            assert send(sink.port, tls=lambda: strict) == []
        with Sink(Rules(tls=server_context(self_signed=True))) as sink, pytest.raises(TlsError):
            send(sink.port, tls=lambda: strict)

    def test_a_missing_file_of_certificates_is_a_failure_of_tls(self) -> None:
        with Sink(Rules(tls=server_context())) as sink, pytest.raises(TlsError, match="No such file"):
            send(sink.port, tls=lambda: TlsSettings(verify=True, cafile="/nonexistent.pem"))

    def test_text_put_after_the_reply_is_an_attack(self) -> None:
        script = [*EHLO[:-1], b"250-hello\r\n250 STARTTLS\r\n", read_line, b"220 go\r\n250 injected\r\n"]
        with ScriptedServer(script) as server, pytest.raises(TlsError, match="more, in the clear"):
            send(server.port)
        assert server.received == [b""]


class TestPolicy:
    REFUSES = Rules(ehlo=("STARTTLS",), replies={"STARTTLS": "454 TLS not available"})

    def test_a_refusal_is_ignored_where_nobody_decides(self) -> None:
        with Sink(self.REFUSES) as sink:
            assert send(sink.port) == []
        assert len(sink.sessions[0].messages) == 1

    def test_a_refusal_is_told_and_may_be_ignored(self) -> None:
        policy = Policy("insecure")
        with Sink(self.REFUSES) as sink:
            assert send(sink.port, tls_policy=policy) == []
        assert policy.asked == [(454, "TLS not available")]

    @pytest.mark.parametrize("answer", ["secure", "", "INSECURE", "whatever"])
    def test_any_other_answer_closes_the_connection(self, answer: str) -> None:
        with Sink(self.REFUSES) as sink, pytest.raises(TlsError, match="STARTTLS: 454 TLS not available"):
            send(sink.port, tls_policy=Policy(answer))
        assert commands(sink) == ["STARTTLS"]

    def test_the_next_server_is_tried(self) -> None:
        with Sink(self.REFUSES) as first, Sink() as second:
            assert send(first.port, second.port, tls_policy=Policy("secure")) == []
        assert first.sessions[0].messages == []
        assert len(second.sessions[0].messages) == 1

    def test_a_failed_handshake_is_told_and_ends_it(self) -> None:
        policy = Policy("secure")
        with Sink(Rules(ehlo=("STARTTLS",), replies={"STARTTLS": "220 go"})) as sink, pytest.raises(TlsError):
            send(sink.port, tls_policy=policy)
        [(code, why)] = policy.asked
        assert code == security.FAILED
        assert why

    def test_a_handshake_that_takes_too_long_is_told_and_is_a_timeout(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(security, "HANDSHAKE_SECONDS", 0.01)
        policy = Policy("secure")
        script = [*EHLO[:-1], b"250-hello\r\n250 STARTTLS\r\n", read_line, b"220 go\r\n"]
        with ScriptedServer(script) as server, pytest.raises(TlsTimeoutError) as caught:
            send(server.port, tls_policy=policy)
        assert policy.asked == [(454, "handshake timed out")]
        assert isinstance(caught.value, TimeoutError)
        assert caught.value.errorcode[:2] == ("SMTP", "TLS")

    def test_after_a_failed_handshake_insecure_means_without_tls(self) -> None:
        script = [*EHLO[:-1], b"250-hello\r\n250 STARTTLS\r\n", read_line, b"220 go\r\n", b"no TLS at all\r\n"]
        again = [*EHLO[:-1], b"250-hello\r\n250 STARTTLS\r\n", read_line, b"550 enough\r\n"]
        with ScriptedServer(script, again) as server, pytest.raises(RefusedError, match="550: enough"):
            send(server.port, tls_policy=Policy("insecure"))

    def test_after_a_bad_certificate_insecure_means_not_to_look(self, trusted: dict[str, Any]) -> None:
        policy = Policy("insecure")
        rules = Rules(tls=server_context(expired=True), **login("PLAIN"))
        with Sink(rules) as sink:
            assert send(sink.port, tls_policy=policy, **CREDENTIALS, **trusted) == []
        assert policy.asked == [(454, "certificate not trusted: certificate has expired")]
        assert [session.tls for session in sink.sessions][-1]
        assert len(sink.sessions[-1].messages) == 1


class TestTlsFromTheStart:
    def test_nothing_is_said_in_the_clear(self) -> None:
        with Sink(Rules(tls=server_context(), tls_from_start=True)) as sink:
            assert send(sink.port, tls_import=True) == []
        assert sink.sessions[0].tls
        assert "STARTTLS" not in sink.sessions[0].commands

    def test_the_public_function_can_do_it(self) -> None:
        with Sink(Rules(tls=server_context(), tls_from_start=True)) as sink:
            found = sendmessage(
                text(), servers="127.0.0.1", ports=sink.port, originator=A, recipients=B, tls_import=True
            )
        assert found == []
        assert sink.sessions[0].tls

    def test_starttls_is_not_asked_for_inside_tls(self) -> None:
        rules = Rules(tls=server_context(), tls_from_start=True, ehlo=("STARTTLS",))
        with Sink(rules) as sink:
            assert send(sink.port, tls_import=True) == []
        assert "STARTTLS" not in sink.sessions[0].commands

    def test_a_server_that_speaks_in_the_clear_is_an_error(self) -> None:
        with Sink() as sink, pytest.raises(TlsError):
            send(sink.port, tls_import=True)

    def test_a_bad_certificate_may_be_ignored(self, trusted: dict[str, Any]) -> None:
        rules = Rules(tls=server_context(self_signed=True), tls_from_start=True, **login("CRAM-MD5"))
        with Sink(rules) as sink:
            assert send(sink.port, tls_import=True, tls_policy=Policy("insecure"), **CREDENTIALS, **trusted) == []
        assert sink.sessions[-1].authed


class TestAuth:
    @pytest.mark.parametrize("mechanism", ["CRAM-MD5", "LOGIN", "PLAIN"])
    def test_each_mechanism(self, mechanism: str) -> None:
        with Sink(Rules(**login(mechanism))) as sink:
            assert send(sink.port, **CREDENTIALS) == []
        assert sink.sessions[0].authed
        assert sink.sessions[0].commands[1] == f"AUTH {mechanism}"

    def test_the_strongest_comes_first(self) -> None:
        with Sink(Rules(**login("PLAIN LOGIN CRAM-MD5"))) as sink:
            send(sink.port, **CREDENTIALS)
        assert sink.sessions[0].commands[1] == "AUTH CRAM-MD5"

    def test_the_next_is_tried_and_then_it_goes_on_without(self) -> None:
        with Sink(Rules(**login("PLAIN CRAM-MD5", "another"))) as sink:
            assert send(sink.port, **CREDENTIALS) == []
        assert [line for line in sink.sessions[0].commands if line.startswith("AUTH")] == [
            "AUTH CRAM-MD5",
            "AUTH PLAIN",
        ]
        assert len(sink.sessions[0].messages) == 1

    def test_a_later_refusal_tells_of_it(self, caplog: pytest.LogCaptureFixture) -> None:
        rules = Rules(replies={"MAIL": "530 log in first"}, **login("PLAIN", "another"))
        with caplog.at_level(logging.WARNING, "tclsmtp"), Sink(rules) as sink, pytest.raises(RefusedError) as caught:
            send(sink.port, **CREDENTIALS)
        told = "AUTH PLAIN failed: 535 authentication failed"
        assert caught.value.message == f"530: log in first ({told})"
        assert caplog.messages == [f"127.0.0.1:{sink.port}: {told}"]

    def test_a_refused_recipient_tells_of_it(self) -> None:
        rules = Rules(replies={"RCPT": "550 no relaying"}, **login("PLAIN", "another"))
        told = "no relaying (AUTH PLAIN failed: 535 authentication failed)"
        with Sink(rules) as sink:
            assert send(sink.port, **CREDENTIALS) == [Refusal(A, 550, told), Refusal(B, 550, told)]

    @pytest.mark.parametrize("name", ["PLAIN", "LOGIN"])
    def test_a_password_is_not_shown_to_the_network(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tclsmtp.smtp.transport.Transport.is_local", lambda self: False)
        rules = Rules(replies={"MAIL": "530 log in first"}, **login(name))
        with Sink(rules) as sink, pytest.raises(RefusedError) as caught:
            send(sink.port, **CREDENTIALS)
        assert f"AUTH {name} not used: the connection is not verified TLS" in caught.value.message
        assert f"AUTH {name}" not in sink.sessions[0].commands

    def test_but_inside_verified_tls(self, monkeypatch: pytest.MonkeyPatch, trusted: dict[str, Any]) -> None:
        monkeypatch.setattr("tclsmtp.smtp.transport.Transport.is_local", lambda self: False)
        with Sink(Rules(tls=server_context(), **login("PLAIN"))) as sink:
            assert send(sink.port, **CREDENTIALS, **trusted) == []
        assert sink.sessions[0].authed

    def test_and_not_inside_tls_that_was_not_verified(
        self, monkeypatch: pytest.MonkeyPatch, trusted: dict[str, Any]
    ) -> None:
        monkeypatch.setattr("tclsmtp.smtp.transport.Transport.is_local", lambda self: False)
        with Sink(Rules(tls=server_context(self_signed=True), **login("PLAIN"))) as sink:
            assert send(sink.port, tls_policy=Policy("insecure"), **CREDENTIALS, **trusted) == []
        assert "AUTH PLAIN" not in sink.sessions[-1].commands

    @pytest.mark.parametrize(
        ("offered", "module", "extra"),
        [("SCRAM-SHA-256 scram-sha-1", "scramp", "scram"), ("NTLM", "spnego", "ntlm")],
    )
    def test_a_mechanism_whose_package_is_missing_is_told_with_the_remedy(
        self, offered: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setitem(sys.modules, module, None)
        rules = Rules(ehlo=(f"AUTH {offered}",), replies={"MAIL": "530 log in first"})
        with caplog.at_level(logging.WARNING, "tclsmtp"), Sink(rules) as sink, pytest.raises(RefusedError) as caught:
            send(sink.port, **CREDENTIALS)
        told = f"AUTH {offered.upper()} not used: pip install 'tclsmtp[{extra}]'"
        assert caught.value.message == f"530: log in first ({told})"
        assert caplog.messages == [f"127.0.0.1:{sink.port}: {told}"]

    def test_a_missing_package_is_nothing_to_tell_where_another_mechanism_works(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setitem(sys.modules, "scramp", None)
        with Sink(Rules(ehlo=("AUTH SCRAM-SHA-1 PLAIN",), **login("PLAIN"))) as sink:
            assert send(sink.port, **CREDENTIALS) == []
        assert caplog.messages == []

    def test_debug_shows_no_secret(self) -> None:
        lines: list[str] = []
        with Sink(Rules(**login("PLAIN LOGIN CRAM-MD5", "another"))) as sink:
            send(sink.port, debug=lines.append, **CREDENTIALS)
        sent = [line for line in sink.sessions[0].commands if " " not in line and len(line) > 4]
        assert len(sent) >= 4
        assert not [line for line in lines if any(secret in line for secret in (*sent, PASSWORD))]
        assert lines.count("--> <redacted> (wait upto 300 seconds)") == 4

    def test_old_servers_write_an_equals_sign(self) -> None:
        with Sink(Rules(ehlo=("auth=login",), **login("LOGIN"))) as sink:
            send(sink.port, **CREDENTIALS)
        assert sink.sessions[0].authed

    def test_a_server_lost_over_it_is_passed_over(self) -> None:
        script = [*EHLO[:-1], b"250-hello\r\n250 AUTH PLAIN\r\n", read_line, hang_up]
        with ScriptedServer(script) as server, pytest.raises(ConnectError) as caught:
            send(server.port, **CREDENTIALS)
        assert caught.value.step == "AUTH"

    @pytest.mark.parametrize("challenge", [b"334 !!!\r\n", b"334 \r\n"])
    def test_a_challenge_that_is_none_cancels_the_mechanism(self, challenge: bytes) -> None:
        script = [*EHLO[:-1], b"250-hello\r\n250 AUTH CRAM-MD5\r\n", read_line, challenge, read_line]
        script += [b"501 as you say\r\n", read_line, b"550 no\r\n"]
        with ScriptedServer(script) as server, pytest.raises(RefusedError) as caught:
            send(server.port, **CREDENTIALS)
        assert "AUTH CRAM-MD5 failed" in caught.value.message

    def test_no_username_means_no_auth(self) -> None:
        with Sink(Rules(**login("PLAIN"))) as sink:
            send(sink.port, password=PASSWORD)
        assert sink.sessions[0].commands[1].startswith(SENDER)
