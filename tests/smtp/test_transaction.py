"""A message offered and handed over: what goes out in one write, the extensions used, and what a refusal leads to."""

from __future__ import annotations

import re
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tclsmtp import Interpreter, TclError
from tclsmtp.errors import RefusedError
from tclsmtp.mime.part import Part
from tclsmtp.smtp import international, transaction
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.submit import sendmessage
from tests.smtp.sending import ABORTED, EHLO, RCPTS, A, B, commands, headers_of, send, text
from tests.smtp.server import ScriptedServer, Step, read_line, read_to_end_of_data
from tests.support.sink import Rules, Sink

ONE = (("From", "me@example.com"), ("To", A))
THREE_COMMANDS: list[Step] = [*EHLO[:-1], b"250-hello\r\n250 PIPELINING\r\n", read_line, read_line, read_line]
BOTH = ("PIPELINING", "CHUNKING")
SENDER = "MAIL FROM:<me@example.com>"


def read_to_quit(connection: socket.socket) -> None:
    tail = b""
    while tail != b"\r\nQUIT\r\n" and (octet := connection.recv(1)):
        tail = (tail + octet)[-8:]


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
        assert [line.split()[0] for line in commands(sink)] == ["MAIL", "RCPT", "BDAT", "<bytes>", "QUIT"]

    def test_quit_rides_along_with_the_last_message_only(self) -> None:
        headers = (*ONE, ("Bcc", B))
        with Sink(Rules(ehlo=BOTH)) as sink:
            assert send(sink.port, headers=headers) == []
        assert [line.split()[0] for line in commands(sink)] == [*("MAIL", "RCPT", "BDAT", "<bytes>") * 2, "QUIT"]

    def test_quit_goes_out_before_any_reply_to_mail(self) -> None:
        hello = [*EHLO[:-1], b"250-hello\r\n250-CHUNKING\r\n250 PIPELINING\r\n"]
        with ScriptedServer([*hello, read_to_quit, b"250 ok\r\n250 ok\r\n250 queued\r\n221 bye\r\n"]) as server:
            assert send(server.port, headers=ONE) == []
        assert server.received == [b""]

    def test_a_refusal_is_no_success_because_the_farewell_was_one(self) -> None:
        hello = [*EHLO[:-1], b"250-hello\r\n250-CHUNKING\r\n250 PIPELINING\r\n"]
        script = [*hello, read_to_quit, b"250 ok\r\n250 ok\r\n452 full\r\n221 bye\r\n"]
        with ScriptedServer(script) as server, pytest.raises(RefusedError, match="452: full"):
            send(server.port, headers=ONE)

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


def eight_bit(size: int = 1) -> Part:
    return Part.create("text/plain", params=[("charset", "utf-8")], encoding="8bit", data="gr\u00fc\u00dfe\n" * size)


class Test8BitMime:
    """RFC 6152."""

    @pytest.mark.parametrize("size", [1, 100_000], ids=["in memory", "streamed"])
    @pytest.mark.parametrize("ehlo", [("8BITMIME",), ("8BITMIME", "PIPELINING"), ("8BITMIME", *BOTH)], ids=str)
    def test_octets_above_127_are_announced(self, ehlo: tuple[str, ...], size: int) -> None:
        with Sink(Rules(ehlo=ehlo)) as sink:
            assert send(sink.port, part=eight_bit(size)) == []
        [message] = sink.sessions[0].messages
        assert message.sender == f"{SENDER} BODY=8BITMIME"
        assert message.content.endswith(b"\r\n\r\n" + "gr\u00fc\u00dfe\r\n".encode() * size)

    def test_it_follows_the_size(self) -> None:
        with Sink(Rules(ehlo=("8BITMIME", "SIZE"))) as sink:
            send(sink.port, part=eight_bit())
        assert re.fullmatch(rf"{SENDER} SIZE=\d+ BODY=8BITMIME", sink.sessions[0].messages[0].sender)

    def test_a_message_in_ascii_has_nothing_to_announce(self) -> None:
        with Sink(Rules(ehlo=("8BITMIME",))) as sink:
            send(sink.port)
        assert sink.sessions[0].messages[0].sender == SENDER

    def test_a_server_without_it_gets_the_message_as_it_is(self) -> None:
        with Sink(Rules(ehlo=())) as sink:
            send(sink.port, part=eight_bit())
        [message] = sink.sessions[0].messages
        assert message.sender == SENDER
        assert message.content.endswith("\r\n\r\ngr\u00fc\u00dfe\r\n".encode())


UTF8 = ("SMTPUTF8", "8BITMIME")
FOREIGN = "j\u00f6rg@b\u00fccher.example"
REFUSED = Refusal(FOREIGN, 553, international.REFUSAL)
TO_FOREIGN = "RCPT TO:<j\u00f6rg@xn--bcher-kva.example>"


def told(sink: Sink) -> list[str]:
    return [command.encode("latin-1").decode() for command in sink.sessions[0].commands[1:]]


class TestSmtpUtf8:
    """RFC 6531."""

    @pytest.mark.parametrize("ehlo", [(), UTF8], ids=["without", "with"])
    def test_a_local_part_in_ascii_can_be_given_to_every_server(self, ehlo: tuple[str, ...]) -> None:
        headers = [("From", "me@fa\u00df.example"), ("To", "a@b\u00fccher.example")]
        with Sink(Rules(ehlo=ehlo)) as sink:
            assert send(sink.port, headers=headers) == []
        [message] = sink.sessions[0].messages
        assert message.sender == "MAIL FROM:<me@xn--fa-hia.example>"
        assert message.recipients == ["RCPT TO:<a@xn--bcher-kva.example>"]
        assert "From: me@xn--fa-hia.example" in headers_of(message.content)
        assert "To: a@xn--bcher-kva.example" in headers_of(message.content)

    @pytest.mark.parametrize("ehlo", [UTF8, (*UTF8, *BOTH)], ids=str)
    @pytest.mark.parametrize("size", [1, 100_000], ids=["in memory", "streamed"])
    def test_other_addresses_go_in_utf8_to_a_server_that_does_it(self, ehlo: tuple[str, ...], size: int) -> None:
        headers = [("From", f"J\u00f6rg <{FOREIGN}>"), ("To", f"{A}, \u7528\u6237@x"), ("Subject", "Gr\u00fc\u00dfe")]
        with Sink(Rules(ehlo=ehlo)) as sink:
            assert send(sink.port, headers=headers, part=text("Hello.\n" * size)) == []
        assert told(sink)[:3] == [
            "MAIL FROM:<j\u00f6rg@xn--bcher-kva.example> BODY=8BITMIME SMTPUTF8",
            f"RCPT TO:<{A}>",
            "RCPT TO:<\u7528\u6237@x>",
        ]
        [message] = sink.sessions[0].messages
        found = headers_of(message.content)
        assert f"From: =?utf-8?Q?J=C3=B6rg?= <{FOREIGN}>" in found
        assert f"To: {A}, \u7528\u6237@x" in found
        assert "Subject: =?utf-8?B?R3LDvMOfZQ==?=" in found
        assert message.content.endswith(b"\r\n\r\n" + b"Hello.\r\n" * size)

    @pytest.mark.parametrize(("lines", "unknown"), [(1, 0), (100_000, 2)], ids=["in memory", "streamed"])
    def test_the_announced_size_is_that_of_what_is_sent(self, lines: int, unknown: int) -> None:
        with Sink(Rules(ehlo=("SIZE", "SMTPUTF8"))) as sink:
            send(sink.port, headers=[("From", FOREIGN), ("To", A)], part=text("Hello.\n" * lines))
        [message] = sink.sessions[0].messages
        assert message.sender.endswith(f" SIZE={len(message.content) + unknown} SMTPUTF8")

    def test_an_address_in_the_envelope_alone_leaves_the_message_in_ascii(self) -> None:
        with Sink(Rules(ehlo=UTF8)) as sink:
            send(sink.port, headers=[("From", "me@example.com")], recipients=FOREIGN)
        assert told(sink)[:2] == [f"{SENDER} SMTPUTF8", TO_FOREIGN]
        assert sink.sessions[0].messages[0].content.isascii()

    def test_an_address_in_a_header_of_the_part_alone_needs_it_too(self) -> None:
        part = Part.create("text/plain", data="x", headers=[("Reply-To", FOREIGN)])
        with Sink(Rules(ehlo=UTF8)) as sink:
            send(sink.port, headers=ONE, part=part)
        [message] = sink.sessions[0].messages
        assert message.sender == f"{SENDER} BODY=8BITMIME SMTPUTF8"
        assert f"Reply-To: {FOREIGN}" in headers_of(message.content)

    def test_octets_of_utf8_stand_for_characters(self) -> None:
        with Sink(Rules(ehlo=UTF8)) as sink:
            send(sink.port, headers=ONE, recipients=FOREIGN.encode().decode("latin-1"))
        assert told(sink)[1] == TO_FOREIGN

    @pytest.mark.parametrize("ehlo", [(), ("PIPELINING",), BOTH], ids=str)
    def test_a_server_without_it_is_not_given_such_a_recipient(self, ehlo: tuple[str, ...]) -> None:
        with Sink(Rules(ehlo=ehlo)) as sink:
            assert send(sink.port, recipients=f"{FOREIGN}, {A}", at_least_one=True) == [REFUSED]
        [message] = sink.sessions[0].messages
        assert message.recipients == [f"RCPT TO:<{A}>"]

    @pytest.mark.parametrize("ehlo", [(), ("PIPELINING",), BOTH], ids=str)
    def test_and_without_at_least_one_nobody_gets_the_message(self, ehlo: tuple[str, ...]) -> None:
        with Sink(Rules(ehlo=ehlo)) as sink:
            assert send(sink.port, recipients=f"{A}, {FOREIGN}") == [REFUSED]
        assert commands(sink) == [SENDER, f"RCPT TO:<{A}>", *ABORTED]

    def test_refusals_of_the_server_follow(self) -> None:
        with Sink(Rules(ehlo=(), replies={"RCPT": "550 no"})) as sink:
            assert send(sink.port, recipients=f"{A}, {FOREIGN}", at_least_one=True) == [REFUSED, Refusal(A, 550, "no")]
        assert sink.sessions[0].messages == []

    @pytest.mark.parametrize("at_least_one", [False, True])
    def test_where_nobody_is_left_nothing_is_offered(self, at_least_one: bool) -> None:
        with Sink(Rules(ehlo=BOTH)) as sink:
            assert send(sink.port, recipients=FOREIGN, at_least_one=at_least_one) == [REFUSED]
        assert commands(sink) == ["QUIT"]

    def test_an_originator_that_the_server_cannot_be_given_is_an_error(self) -> None:
        with Sink() as sink, pytest.raises(RefusedError) as caught:
            send(sink.port, originator=FOREIGN)
        error = caught.value
        assert (error.code, error.text, error.step) == (553, international.REFUSAL, "MAIL")
        assert error.errorcode == ("SMTP", "553", international.REFUSAL)
        assert commands(sink) == ["QUIT"]

    def test_headers_for_a_server_without_it_name_the_address_beside_one_that_none_has(self) -> None:
        headers = [("From", "me@example.com"), ("To", f"B <{A}>, {FOREIGN}")]
        with Sink(Rules(ehlo=())) as sink:
            assert send(sink.port, headers=headers, at_least_one=True) == [REFUSED]
        [message] = sink.sessions[0].messages
        assert message.content.isascii()
        to = message_from_bytes(message.content, policy=policy.default)["To"]
        assert [address.addr_spec for address in to.addresses] == [A, international.PLACEHOLDER]
        assert [address.display_name for address in to.addresses] == ["B", FOREIGN]

    def test_a_digest_holds_the_message_in_ascii(self) -> None:
        headers = [("From", FOREIGN), ("To", A), ("Bcc", "b@b\u00fccher.example")]
        with Sink(Rules(ehlo=UTF8)) as sink:
            assert send(sink.port, headers=headers) == []
        _, digest = sink.sessions[0].messages
        assert digest.recipients == ["RCPT TO:<b@xn--bcher-kva.example>"]
        head, _, inner = digest.content.partition(b"\r\n\r\n")
        assert f"From: {FOREIGN}".encode() in head
        assert inner.isascii()
        assert f" <{international.PLACEHOLDER}>".encode() in inner

    def test_blind_recipients_that_the_server_cannot_be_given_are_told(self) -> None:
        with Sink(Rules(ehlo=())) as sink:
            assert send(sink.port, headers=[*ONE, ("Bcc", FOREIGN)]) == [REFUSED]
        assert [message.recipients for message in sink.sessions[0].messages] == [[f"RCPT TO:<{A}>"]]

    def test_debug_shows_characters(self) -> None:
        lines: list[str] = []
        with Sink(Rules(ehlo=(*UTF8, "PIPELINING"))) as sink:
            send(sink.port, headers=ONE, recipients=FOREIGN, debug=lines.append)
        assert f"--> {TO_FOREIGN} (wait upto 3600 seconds)" in lines

    def test_an_email_message_has_such_addresses_too(self) -> None:
        message = EmailMessage()
        message["From"], message["To"] = FOREIGN, A
        message.set_content("Hello.\n")
        with Sink(Rules(ehlo=UTF8)) as sink:
            assert sendmessage(message, servers="127.0.0.1", ports=sink.port) == []
        assert told(sink)[0] == "MAIL FROM:<j\u00f6rg@xn--bcher-kva.example> BODY=8BITMIME SMTPUTF8"
        assert f"From: {FOREIGN}" in headers_of(sink.sessions[0].messages[0].content)


class TestFromTcl:
    SEND = """
        package require mime
        package require smtp
        set part [mime::initialize -canonical text/plain -string hello]
        smtp::sendmessage $part -servers 127.0.0.1 -ports $port -header {From me@example.com} {*}$options
    """

    def send(self, sink: Sink, *options: str | int) -> list[tuple[str, ...]]:
        with Interpreter() as tcl:
            tcl.call("set", "port", sink.port)
            tcl.call("set", "options", options)
            return [tcl.split(refusal) for refusal in tcl.split(tcl.eval(self.SEND))]

    def test_a_refused_address_is_in_the_result_as_it_was_given(self) -> None:
        with Sink(Rules(ehlo=())) as sink:
            refused = self.send(sink, "-recipients", f"{FOREIGN}, {A}", "-atleastone", 1)
        assert refused == [(FOREIGN, "553", international.REFUSAL)]
        assert len(sink.sessions[0].messages) == 1

    def test_a_server_that_does_smtputf8_is_given_the_address(self) -> None:
        with Sink(Rules(ehlo=UTF8)) as sink:
            assert self.send(sink, "-recipients", FOREIGN) == []
        assert told(sink)[1] == TO_FOREIGN

    def test_an_originator_that_cannot_be_given_is_an_error(self) -> None:
        with Sink(Rules(ehlo=())) as sink, pytest.raises(TclError) as caught:
            self.send(sink, "-recipients", A, "-originator", FOREIGN)
        assert caught.value.errorcode == ("SMTP", "553", international.REFUSAL)

    def test_a_domain_that_cannot_be_is_an_error_before_connecting(self) -> None:
        with Sink() as sink, pytest.raises(TclError) as caught:
            self.send(sink, "-recipients", "a@\u00fc-.example")
        assert caught.value.errorcode == ("SMTP", "ADDRESS", "a@\u00fc-.example")
        assert sink.sessions == []
