"""The capture server, as clients meet it."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.capture import CaptureServer
from tclsmtp.migrate.model import Delivery, Dialogue
from tclsmtp.migrate.offers import OFFERS
from tclsmtp.migrate.rules import Rule, Rules, parse_refusal

ENVELOPE = b"EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
ENVELOPE_SAID = [
    *("S: 220 localhost ESMTP", "C: EHLO me", "S: 250 localhost", "C: MAIL FROM:<a@example.com>", "S: 250 OK"),
    *("C: RCPT TO:<b@example.com>", "S: 250 OK", "C: DATA", "S: 354 End data with <CR><LF>.<CR><LF>"),
]


def said(dialogue: Dialogue) -> list[str]:
    return [f"{line.speaker}: {line.text}" for line in dialogue.lines]


def connected(server: CaptureServer) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=10)


def tell(server: CaptureServer, octets: bytes) -> bytes:
    """Say it at once, then nothing more; what the server answered."""
    with connected(server) as client:
        client.sendall(octets)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


def codes(answers: bytes) -> list[str]:
    return [line[:3] for line in answers.decode().splitlines()]


def verifying(server: CaptureServer) -> ssl.SSLContext:
    return ssl.create_default_context(cadata=server.authority.decode())


# What is captured


def test_a_message_is_delivered_with_its_envelope() -> None:
    with CaptureServer() as server, smtplib.SMTP(server.host, server.port) as client:
        client.sendmail("a@example.com", ["b@example.com", "c@example.com"], b"Subject: x\r\n\r\ny\r\n")
        client.quit()
        captured = server.captured()
    assert captured.deliveries == (
        Delivery("a@example.com", ("b@example.com", "c@example.com"), b"Subject: x\r\n\r\ny\r\n"),
    )


def test_a_dialogue_has_each_line_but_those_of_the_message() -> None:
    with CaptureServer() as server:
        tell(server, ENVELOPE + b"Subject: x\r\n\r\ny\r\n.\r\nQUIT\r\n")
        [dialogue] = server.captured().dialogues
    assert said(dialogue) == [*ENVELOPE_SAID, "C: .", "S: 250 OK", "C: QUIT", "S: 221 Bye"]
    assert (dialogue.tls, dialogue.mechanism) == ("", "")


def test_lines_have_their_times_in_order() -> None:
    with CaptureServer() as server:
        tell(server, b"NOOP\r\nQUIT\r\n")
        [dialogue] = server.captured().dialogues
    times = [line.at for line in dialogue.lines]
    assert times == sorted(times)
    assert times[0] >= 0


def test_a_connection_can_have_several_transactions() -> None:
    more = b"RSET\r\nMAIL FROM:<>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n2\r\n.\r\n"
    with CaptureServer() as server:
        tell(server, ENVELOPE + b"1\r\n.\r\n" + more)
        captured = server.captured()
    assert captured.deliveries == (
        Delivery("a@example.com", ("b@example.com",), b"1\r\n"),
        Delivery("", ("c@example.com",), b"2\r\n"),
    )


def test_connections_have_their_indexes_in_order() -> None:
    with CaptureServer() as server:
        for _ in range(3):
            tell(server, ENVELOPE + b"x\r\n.\r\n")
        captured = server.captured()
    assert [delivery.connection for delivery in captured.deliveries] == [0, 1, 2]
    assert len(captured.dialogues) == 3


@pytest.mark.parametrize(
    ("sent", "content"),
    [
        (b"..\r\n...a\r\n.\r\n", b".\r\n..a\r\n"),
        (b"a\nb\rc\r\r\n\n.\n\r\n.\r\n", b"a\nb\rc\r\r\n\n.\n\r\n"),
        (b"\xff\0\xe9\r\n.\r\n", b"\xff\0\xe9\r\n"),
        (b".\r\n", b""),
    ],
)
def test_the_content_has_the_octets_that_came_with_dots_unstuffed(sent: bytes, content: bytes) -> None:
    with CaptureServer() as server:
        tell(server, ENVELOPE + sent)
        [delivery] = server.captured().deliveries
    assert delivery.content == content


def test_lines_and_messages_beyond_the_usual_limits_are_taken() -> None:
    line = b"x" * (1 << 20) + b"\r\n"
    with CaptureServer() as server:
        tell(server, ENVELOPE + line * 33 + b".\r\n")
        [delivery] = server.captured().deliveries
    assert delivery.content == line * 33


def test_a_command_line_beyond_512_octets_is_taken() -> None:
    recipient = f"{'b' * 2000}@example.com"
    with CaptureServer() as server:
        tell(server, ENVELOPE.replace(b"b@example.com", recipient.encode()) + b".\r\n")
        [delivery] = server.captured().deliveries
    assert delivery.recipients == (recipient,)


def test_what_was_captured_is_still_known_after_the_end() -> None:
    with CaptureServer() as server:
        tell(server, ENVELOPE + b"x\r\n.\r\n")
    captured = server.captured()
    assert (len(captured.deliveries), len(captured.dialogues)) == (1, 1)


def test_an_open_connection_is_shown_as_far_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tclsmtp.migrate.capture.SETTLE_SECONDS", 0.01)
    with CaptureServer() as server, connected(server) as client:
        assert client.recv(65536) == b"220 localhost ESMTP\r\n"
        [dialogue] = server.captured().dialogues
        assert said(dialogue) == ["S: 220 localhost ESMTP"]
    [dialogue] = server.captured().dialogues
    assert said(dialogue) == ["S: 220 localhost ESMTP", "*: closed by the client"]


def test_stopping_breaks_the_connections_that_there_are() -> None:
    with CaptureServer() as server:
        client = connected(server)
        assert client.recv(65536) == b"220 localhost ESMTP\r\n"
    client.close()
    [dialogue] = server.captured().dialogues
    assert said(dialogue)[-1] == "*: closed by the server"


# What is said


def test_only_the_name_is_offered_unless_more_is_asked_for() -> None:
    with CaptureServer() as server:
        assert b"250 localhost\r\n" in tell(server, b"EHLO me\r\n")


def test_what_is_asked_for_is_offered() -> None:
    offer = frozenset({"starttls", "auth", "size", "pipelining", "8bitmime", "smtputf8", "chunking"})
    with CaptureServer(offer=offer) as server, smtplib.SMTP(server.host, server.port) as client:
        client.ehlo()
        assert {*client.esmtp_features} == offer
        assert client.esmtp_features["auth"].split() == ["PLAIN", "LOGIN", "CRAM-MD5"]


def test_an_unknown_offer_is_told_with_those_that_are_known() -> None:
    with pytest.raises(MigrateError, match=f"^nothing to offer is named 'tls': known are {', '.join(OFFERS)}$"):
        CaptureServer(offer=frozenset({"tls"}))


OTHER_COMMANDS = {
    b"HELO me": "250",
    b"NOOP": "250",
    b"RSET": "250",
    b"VRFY a@example.com": "252",
    b"DATA": "503",
    b"STARTTLS": "500",
    b"AUTH PLAIN": "500",
    b"XYZ": "500",
    b"BDAT 0 LAST": "500",
    b"": "500",
    b"\xff": "500",
    b"EHLO \xff": "500",
    b"X" * 70000: "500",
    b"QUIT now": "501",
}


@pytest.mark.parametrize(("command", "code"), OTHER_COMMANDS.items(), ids=lambda value: str(value[:9]))
def test_other_commands_have_their_answers(command: bytes, code: str) -> None:
    with CaptureServer() as server:
        assert codes(tell(server, command + b"\r\nQUIT\r\n")) == ["220", code, "221"]


def test_octets_that_are_no_utf_8_are_written_as_escapes() -> None:
    commands = b"EHLO me\r\nMAIL FROM:<\xff@example.com> SMTPUTF8\r\nRCPT TO:<j\xc3\xb6rg@example.com>\r\nDATA\r\n.\r\n"
    with CaptureServer(offer=frozenset({"smtputf8"})) as server:
        tell(server, commands)
        captured = server.captured()
    [delivery], [dialogue] = captured.deliveries, captured.dialogues
    assert (delivery.originator, delivery.recipients) == ("\\xff@example.com", ("jörg@example.com",))
    assert "C: MAIL FROM:<\\xff@example.com> SMTPUTF8" in said(dialogue)


# Rules


def refusing(*refusals: str) -> CaptureServer:
    return CaptureServer(rules=Rules(tuple(map(parse_refusal, refusals))))


def test_a_refused_recipient_gets_no_message() -> None:
    with refusing("RCPT TO:<bad@*>=550 no such user") as server:
        tell(server, ENVELOPE.replace(b"DATA", b"RCPT TO:<bad@example.com>\r\nDATA") + b".\r\n")
        captured = server.captured()
    assert "S: 550 no such user" in said(captured.dialogues[0])
    assert captured.deliveries[0].recipients == ("b@example.com",)


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        ("BANNER=554 closed", ["554", "503", "503", "503", "503", "221"]),
        ("EHLO *=502 old", ["220", "502", "503", "503", "503", "221"]),
        ("MAIL *=451 later", ["220", "250", "451", "503", "503", "221"]),
        ("DATA=451 later", ["220", "250", "250", "250", "451", "221"]),
        ("QUIT=421 what", ["220", "250", "250", "250", "354", "221"]),
    ],
)
def test_a_refused_command_has_no_effect(refusal: str, expected: list[str]) -> None:
    message = b".\r\n" if refusal.startswith("QUIT") else b""
    with refusing(refusal) as server:
        answers = codes(tell(server, ENVELOPE + message + b"QUIT\r\n"))
    assert answers[:5] == expected[:5]
    assert answers[-1] == ("421" if refusal.startswith("QUIT") else "221")


def test_a_refused_message_is_not_delivered() -> None:
    with refusing("MESSAGE=554 spam") as server:
        answers = tell(server, ENVELOPE + b"x\r\n.\r\nQUIT\r\n")
        captured = server.captured()
    assert codes(answers)[-2:] == ["554", "221"]
    assert captured.deliveries == ()


def test_a_reply_of_success_is_said_where_the_command_succeeds() -> None:
    rules = Rules((Rule("MAIL *", ("250-2.1.0", "250 sender ok")), Rule("DATA", ("354 go",)), Rule("RSET", ("250 a",))))
    with CaptureServer(rules=rules) as server:
        answers = tell(server, b"MAIL FROM:<a@example.com>\r\n" + ENVELOPE + b".\r\n")
        assert len(server.captured().deliveries) == 1
    replies = [b"220 localhost ESMTP", b"503 Error: send HELO first", b"250 localhost", b"250-2.1.0", b"250 sender ok"]
    assert answers.splitlines() == [*replies, b"250 OK", b"354 go", b"250 OK"]


def test_a_rule_can_say_what_ehlo_offers() -> None:
    rules = Rules((Rule("EHLO *", ("250-other.example", "250 SIZE 1000")),))
    with CaptureServer(rules=rules) as server, smtplib.SMTP(server.host, server.port) as client:
        client.ehlo()
        assert client.esmtp_features == {"size": "1000"}
        assert client.mail("a@example.com")[0] == 250


def test_a_rule_is_used_up_over_all_connections() -> None:
    with CaptureServer(rules=Rules((Rule("NOOP", ("451 later",), times=1),))) as server:
        assert [codes(tell(server, b"NOOP\r\n"))[1] for _ in range(2)] == ["451", "250"]


@pytest.mark.parametrize(
    ("match", "last"), [("BANNER", []), ("DATA", ["C: DATA"]), ("MESSAGE", [*ENVELOPE_SAID[-2:], "C: ."])]
)
def test_a_rule_can_close_the_connection(match: str, last: list[str]) -> None:
    with CaptureServer(rules=Rules((Rule(match, action="close"),))) as server:
        with connected(server) as client, suppress(ConnectionError):
            client.sendall(b"" if match == "BANNER" else ENVELOPE + b"x\r\n.\r\n")
            while client.recv(65536):
                pass
        captured = server.captured()
    assert said(captured.dialogues[0])[-len(last) - 1 :] == [*last, "*: closed by the server"]
    assert captured.deliveries == ()


def test_a_rule_can_say_something_before_it_closes() -> None:
    with CaptureServer(rules=Rules((Rule("NOOP", ("421 bye",), action="close"),))) as server:
        assert codes(tell(server, b"NOOP\r\n")) == ["220", "421"]


# TLS and AUTH


def test_starttls_begins_tls_and_is_noted() -> None:
    with CaptureServer(offer=frozenset({"starttls"})) as server:
        with smtplib.SMTP(server.host, server.port, local_hostname="me") as client:
            client.starttls(context=verifying(server))
            client.sendmail("a@example.com", "b@example.com", b"x\r\n")
        captured = server.captured()
    [dialogue] = captured.dialogues
    assert dialogue.tls == "TLSv1.3"
    assert said(dialogue)[1:8] == [
        *("C: ehlo me", "S: 250-localhost", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 Ready to start TLS"),
        *("*: TLS handshake", "C: ehlo me"),
    ]
    assert said(dialogue)[8] == "S: 250 localhost"
    assert said(dialogue)[-2:] == ["C: QUIT", "S: 221 Bye"]
    assert len(captured.deliveries) == 1


def test_starttls_is_not_for_a_connection_with_tls() -> None:
    with CaptureServer(offer=frozenset({"starttls"})) as server, smtplib.SMTP(server.host, server.port) as client:
        client.starttls(context=verifying(server))
        assert client.docmd("STARTTLS")[0] == 503


def test_implicit_tls_begins_with_the_connection() -> None:
    with CaptureServer(offer=frozenset({"implicit-tls"})) as server:
        with smtplib.SMTP_SSL(server.host, server.port, context=verifying(server)) as client:
            client.sendmail("a@example.com", "b@example.com", b"x\r\n")
        captured = server.captured()
    [dialogue] = captured.dialogues
    assert said(dialogue)[:2] == ["*: TLS handshake", "S: 220 localhost ESMTP"]
    assert dialogue.tls == "TLSv1.3"
    assert len(captured.deliveries) == 1


def test_plain_text_where_tls_is_due_is_noted_as_a_failed_handshake() -> None:
    with CaptureServer(offer=frozenset({"implicit-tls"})) as server:
        with connected(server) as client:
            client.sendall(b"EHLO me\r\n")
            client.recv(65536)
        [dialogue] = server.captured().dialogues
    [line] = said(dialogue)
    assert re.fullmatch(r"\*: TLS handshake failed: [A-Z_]+", line)


@pytest.mark.parametrize("offer", ["starttls", "implicit-tls"])
def test_a_client_that_does_not_trust_the_certificate_is_noted(offer: str) -> None:
    with CaptureServer(offer=frozenset({offer})) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            _talk_tls(server, offer)
        [dialogue] = server.captured().dialogues
    assert said(dialogue)[-1].startswith(("*: TLS handshake failed: ", "*: closed by the client"))


def _talk_tls(server: CaptureServer, offer: str) -> None:
    context = ssl.create_default_context()
    if offer == "implicit-tls":
        smtplib.SMTP_SSL(server.host, server.port, context=context).close()
    with smtplib.SMTP(server.host, server.port) as client:
        client.starttls(context=context)


@pytest.mark.parametrize("offer", ["starttls", "implicit-tls"])
def test_stopping_in_the_middle_of_a_handshake_is_clean(offer: str) -> None:
    with CaptureServer(offer=frozenset({offer})) as server:
        client = connected(server)
        if offer == "starttls":
            client.sendall(b"STARTTLS\r\n")
            client.recv(65536)
    client.close()
    [dialogue] = server.captured().dialogues
    assert said(dialogue)[-1].startswith("*: ")


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "CRAM-MD5"])
def test_any_credentials_are_accepted_and_none_are_kept(mechanism: str, tls: bool) -> None:
    with CaptureServer(offer=frozenset({"auth", "starttls"})) as server:
        with smtplib.SMTP(server.host, server.port) as client:
            if tls:
                client.starttls(context=verifying(server))
            client.ehlo()
            client.user, client.password = "joe", "open sesame"
            auth = getattr(client, f"auth_{mechanism.lower().replace('-', '_')}")
            assert client.auth(mechanism, auth)[0] == 235
        [dialogue] = server.captured().dialogues
    assert dialogue.mechanism == mechanism
    after = said(dialogue)[next(i for i, line in enumerate(said(dialogue)) if line.startswith("C: AUTH")) :]
    answers = [line for line in after if line.startswith("C: ") and line != "C: QUIT"]
    assert all(line.endswith("<redacted>") or line == f"C: AUTH {mechanism}" for line in answers)
    assert any("<redacted>" in line for line in answers)


AUTH_ANSWERS = {
    b"AUTH PLAIN\r\n*": ["334", "501"],
    b"AUTH PLAIN\r\n!": ["334", "501"],
    b"AUTH PLAIN !": ["501"],
    b"AUTH CRAM-MD5\r\n!": ["334", "501"],
    b"AUTH login am9l\r\neA==": ["334", "235"],
    b"AUTH X": ["504"],
    b"AUTH": ["501"],
}


@pytest.mark.parametrize(("sent", "expected"), AUTH_ANSWERS.items(), ids=lambda value: repr(value))
def test_what_is_no_authentication_is_refused(sent: bytes, expected: list[str]) -> None:
    with CaptureServer(offer=frozenset({"auth"})) as server:
        answers = tell(server, b"EHLO me\r\n" + sent + b"\r\nNOOP\r\n")
    assert codes(answers) == ["220", "250", "250", *expected, "250"]


# CHUNKING

CHUNKED = ENVELOPE.removesuffix(b"DATA\r\n")


def chunking(*rules: Rule) -> CaptureServer:
    return CaptureServer(offer=frozenset({"chunking"}), rules=Rules(rules))


def test_a_message_can_come_in_chunks() -> None:
    with chunking() as server:
        answers = tell(server, CHUNKED + b"BDAT 4\r\n.\r\n\nBDAT 2 last\r\n\xff\nQUIT\r\n")
        captured = server.captured()
    assert codes(answers)[-3:] == ["250", "250", "221"]
    assert captured.deliveries[0].content == b".\r\n\n\xff\n"
    lines = ["C: BDAT 4", "S: 250 OK", "C: BDAT 2 last", "S: 250 OK", "C: QUIT", "S: 221 Bye"]
    assert said(captured.dialogues[0])[-6:] == lines


def test_reset_forgets_the_chunks_before_it() -> None:
    with chunking() as server:
        tell(server, CHUNKED + b"BDAT 1\r\naRSET\r\n" + CHUNKED + b"BDAT 1 LAST\r\nb")
        [delivery] = server.captured().deliveries
    assert delivery.content == b"b"


CHUNK_FAULTS = {
    "no envelope": (b"BDAT 6 LAST\r\nQUIT\r\nNOOP\r\n", ["503", "250"]),
    "no size": (CHUNKED + b"BDAT LAST\r\nNOOP\r\n", ["501", "250"]),
    "DATA after it": (CHUNKED + b"BDAT 6\r\nQUIT\r\nDATA\r\n", ["250", "503"]),
    "cut off": (CHUNKED + b"BDAT 6 LAST\r\nQUIT\r", ["250", "250"]),
    "refused": (CHUNKED + b"BDAT 7\r\nQUIT\r\n.NOOP\r\n", ["451", "250"]),
}


@pytest.mark.parametrize(("sent", "expected"), CHUNK_FAULTS.values(), ids=CHUNK_FAULTS)
def test_a_chunk_is_never_taken_for_commands(sent: bytes, expected: list[str]) -> None:
    with chunking(Rule("BDAT 7", ("451 later",))) as server:
        answers = tell(server, sent)
        assert server.captured().deliveries == ()
    assert codes(answers)[-2:] == expected


def test_a_message_of_chunks_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tclsmtp.migrate.conversation.MESSAGE_OCTETS", 10)
    with chunking() as server:
        answers = tell(server, CHUNKED + b"BDAT 9\r\n12345678\nBDAT 2 LAST\r\n9\nNOOP\r\n")
        assert server.captured().deliveries == ()
    assert codes(answers)[-3:] == ["250", "552", "250"]


# Hostile clients


@pytest.mark.parametrize("octets", [b"", b"EHL", ENVELOPE, ENVELOPE + b"half of it\r\n.", ENVELOPE + b"x\r\n.\n"])
def test_a_client_that_goes_away_is_noted_and_delivers_nothing(octets: bytes) -> None:
    with CaptureServer() as server:
        tell(server, octets)
        captured = server.captured()
    assert said(captured.dialogues[0])[-1] == "*: closed by the client"
    assert captured.deliveries == ()


def test_a_client_that_goes_away_in_auth_is_noted() -> None:
    with CaptureServer(offer=frozenset({"auth"})) as server:
        tell(server, b"EHLO me\r\nAUTH PLAIN\r\n")
        [dialogue] = server.captured().dialogues
    assert said(dialogue)[-2:] == ["S: 334 ", "*: closed by the client"]


def test_a_client_that_does_not_wait_for_the_answer_to_quit_is_recorded_as_any_other() -> None:
    offer = frozenset({"starttls"})
    with CaptureServer(offer=offer) as server:
        client = smtplib.SMTP(server.host, server.port)
        client.starttls(context=verifying(server))
        client.putcmd("QUIT")
        client.close()
        [dialogue] = server.captured().dialogues
    assert said(dialogue)[-2:] == ["C: QUIT", "S: 221 Bye"]


ADDRESSES = st.text(st.sampled_from('<>@:;",.()[]\\ =a\t\0'), max_size=12)


@settings(max_examples=60, deadline=None)
@given(ADDRESSES, ADDRESSES)
def test_no_address_ends_the_conversation(originator: str, recipient: str) -> None:
    commands = f"EHLO me\r\nMAIL FROM:{originator}\r\nRSET\r\nMAIL FROM:<a@b>\r\nRCPT TO:{recipient}\r\nQUIT\r\n"
    answers = codes(tell(SERVER, commands.encode()))
    assert len(answers) == 7
    assert answers[-1] == "221"


SERVER = CaptureServer()


@pytest.fixture(autouse=True, scope="module")
def shared_server() -> Iterator[None]:
    with SERVER:
        yield


# What can be in the way


def test_a_port_that_is_taken_is_told() -> None:
    with (
        CaptureServer() as server,
        pytest.raises(MigrateError, match=rf"^cannot listen on 127\.0\.0\.1:{server.port}: "),
    ):
        CaptureServer(port=server.port).start()


def test_without_aiosmtpd_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "tclsmtp.migrate.conversation", raising=False)
    monkeypatch.setitem(sys.modules, "aiosmtpd.smtp", None)
    with pytest.raises(MigrateError, match=r"needs aiosmtpd: pip install 'tclsmtp\[migrate\]'$"):
        CaptureServer().start()


def test_the_reason_for_a_message_that_cannot_be_kept_is_told_to_the_client() -> None:
    class Full:
        def keep_delivery(self, delivery: Delivery) -> None:
            raise OSError(28, "No space left on device")

        def keep_dialogue(self, index: int, dialogue: Dialogue) -> None:
            pass

    with CaptureServer(keeper=Full()) as server:
        answers = tell(server, ENVELOPE + b"x\r\n.\r\n")
    assert answers.endswith(b"452 4.3.1 The message could not be saved: No space left on device\r\n")
