"""Messages that go to a folder, or all to one address."""

from __future__ import annotations

import mailbox
import os
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tclsmtp.errors import PolicyError
from tclsmtp.mime.part import Part
from tclsmtp.policy.route import Policy, Route
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.submit import sendmessage
from tests.smtp.sending import BLIND, HEADERS, A, B, X, Y, headers_of, send
from tests.support.sink import Message, Rules, Sink

ME = "me@staging.example"
BOTH = (*HEADERS, BLIND)


def captured(folder: Path) -> list[mailbox.MaildirMessage]:
    """The messages of a Maildir, those to the named recipients first."""
    found = list(mailbox.Maildir(folder, create=False))
    return sorted(found, key=lambda message: message["Subject"].startswith("[Bcc]"))


class TestCapture:
    def test_a_message_is_in_the_folder_and_nobody_is_asked(self, tmp_path: Path) -> None:
        with Sink() as sink:
            assert send(sink.port, policy=Policy(capture=str(tmp_path / "mail"))) == []
        assert sink.sessions == []
        [message] = captured(tmp_path / "mail")
        assert message["X-Envelope-From"] == "<me@example.com>"
        assert message.get_all("X-Envelope-To") == [f"<{A}>", f"<{B}>"]
        assert message["X-Envelope-Server"] == f"127.0.0.1:{sink.port}"
        assert message.get_payload() == "Hello.\n"

    def test_it_needs_no_server_at_all(self, tmp_path: Path) -> None:
        assert send(1, policy=Policy(capture=str(tmp_path / "mail"))) == []
        assert len(captured(tmp_path / "mail")) == 1

    def test_those_who_are_not_named_are_in_the_digest_alone(self, tmp_path: Path) -> None:
        send(1, headers=BOTH, policy=Policy(capture=str(tmp_path / "mail")))
        plain, digest = captured(tmp_path / "mail")
        assert plain.get_all("X-Envelope-To") == [f"<{A}>", f"<{B}>"]
        assert digest.get_all("X-Envelope-To") == [f"<{X}>", f"<{Y}>"]
        assert digest.get_content_type() == "multipart/digest"

    def test_a_route_changes_nothing_about_it(self, tmp_path: Path) -> None:
        with Sink() as sink:
            route = Route(servers=("127.0.0.1",), ports=(sink.port,))
            send(1, policy=Policy((route,), capture=str(tmp_path / "mail")))
        assert sink.sessions == []

    def test_a_large_message_is_whole(self, tmp_path: Path) -> None:
        file = tmp_path / "large"
        file.write_bytes(bytes(range(256)) * 4096)
        part = Part.create("application/octet-stream", path=str(file))
        send(1, part=part, policy=Policy(capture=str(tmp_path / "mail")))
        [message] = captured(tmp_path / "mail")
        assert message.get_payload(decode=True) == file.read_bytes()

    def test_an_address_outside_ascii_is_told_in_words(self, tmp_path: Path) -> None:
        headers = (("From", "me@example.com"), ("To", "j\u00f6rg@example.com"))
        send(1, headers=headers, policy=Policy(capture=str(tmp_path / "mail")))
        [raw] = [path.read_bytes() for path in (tmp_path / "mail" / "new").iterdir()]
        assert raw.isascii()
        assert b"\nX-Envelope-To: =?utf-8?" in raw

    def test_a_folder_that_cannot_be_is_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "mail").write_text("a file")
        with pytest.raises(PolicyError, match="mail: capture: "):
            send(1, policy=Policy(capture=str(tmp_path / "mail")))

    def test_an_email_message_is_kept_from_its_readers_too(self, tmp_path: Path) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Bcc"] = "me@example.com", A, X
        with Sink() as sink:
            sendmessage(message, servers="127.0.0.1", ports=sink.port, policy=Policy(capture=str(tmp_path / "mail")))
        assert sink.sessions == []
        [kept] = mailbox.Maildir(tmp_path / "mail", create=False)
        assert kept.get_all("X-Envelope-To") == [f"<{A}>", f"<{X}>"]


def messages(sink: Sink) -> list[Message]:
    return [message for session in sink.sessions for message in session.messages]


class TestRedirect:
    def test_one_address_stands_for_all(self) -> None:
        with Sink() as sink:
            assert send(sink.port, headers=BOTH, policy=Policy(redirect=ME)) == []
        assert [message.recipients for message in messages(sink)] == [[f"RCPT TO:<{ME}>"]] * 2
        assert not any(name in command for command in sink.sessions[0].commands for name in (A, B, X, Y))

    def test_the_envelope_is_told_in_the_header(self) -> None:
        with Sink() as sink:
            send(sink.port, headers=BOTH, policy=Policy(redirect=ME))
        plain, digest = messages(sink)
        assert headers_of(plain.content)[:4] == [
            "X-Envelope-From: <me@example.com>",
            f"X-Envelope-To: <{A}>",
            f"X-Envelope-To: <{B}>",
            f"X-Envelope-Server: 127.0.0.1:{sink.port}",
        ]
        assert headers_of(digest.content)[1:3] == [f"X-Envelope-To: <{X}>", f"X-Envelope-To: <{Y}>"]

    def test_the_route_is_that_of_the_recipients_that_were_meant(self) -> None:
        with Sink() as sink:
            route = Route(recipient=("*@example.com",), servers=("127.0.0.1",), ports=(sink.port,))
            assert send(1, policy=Policy((route,), redirect=ME)) == []
        assert len(messages(sink)) == 1

    def test_a_refusal_is_one_of_all_that_it_stands_for(self) -> None:
        with Sink(Rules(replies={"RCPT": "550 no"})) as sink:
            refused = send(sink.port, policy=Policy(redirect=ME))
        assert refused == [Refusal(A, 550, "no"), Refusal(B, 550, "no")]

    def test_a_large_message_goes_whole(self, tmp_path: Path) -> None:
        part = Part.create("application/octet-stream", data=b"\0" * 400_000)
        with Sink() as sink:
            send(sink.port, part=part, policy=Policy(redirect=ME))
        [message] = messages(sink)
        assert message.content.startswith(b"X-Envelope-From: <me@example.com>\r\n")
        assert len(message.content) > 530_000

    def test_chunking_says_the_size_with_those_headers(self) -> None:
        with Sink(Rules(ehlo=("PIPELINING", "CHUNKING", "SIZE"))) as sink:
            assert send(sink.port, policy=Policy(redirect=ME)) == []
        assert len(messages(sink)) == 1

    @pytest.mark.parametrize("options", [{"recipients": f"{A}, {X}"}, {"at_least_one": True}])
    def test_no_option_of_the_script_gets_around_it(self, options: dict[str, Any]) -> None:
        with Sink() as sink:
            send(sink.port, policy=Policy(redirect=ME), **options)
        assert [command for command in sink.sessions[0].commands if command.startswith("RCPT")] == [f"RCPT TO:<{ME}>"]


PEOPLE = st.lists(st.sampled_from([f"{name}@real.example" for name in ("ann", "bob", "cid", "dee")]), max_size=3)


@st.composite
def calls(draw: st.DrawFn) -> dict[str, Any]:
    """A call of sendmessage with recipients in all the places where there can be some."""
    prefix = draw(st.sampled_from(["", "Resent-"]))
    headers = [(f"{prefix}From", "me@example.com"), (f"{prefix}To", ", ".join(draw(PEOPLE) or ["eve@real.example"]))]
    headers += [
        (f"{prefix}{name}", ", ".join(found)) for name in ("Cc", "Bcc", "Dcc", "BCC") if (found := draw(PEOPLE))
    ]
    return {
        "headers": tuple(headers),
        "recipients": ", ".join(draw(PEOPLE)),
        "at_least_one": draw(st.booleans()),
        "queue": draw(st.booleans()),
        "originator": draw(st.sampled_from([None, "", "me@example.com"])),
    }


@given(call=calls(), extensions=st.sampled_from([(), ("PIPELINING",), ("PIPELINING", "CHUNKING", "SMTPUTF8", "XQUE")]))
@settings(max_examples=150, deadline=None)
def test_in_a_redirection_no_real_recipient_is_ever_named_to_a_server(
    call: dict[str, Any], extensions: tuple[str, ...]
) -> None:
    part = Part.create("text/plain", data="x\n", headers=[("Bcc", "fay@real.example"), ("To", "gus@real.example")])
    with Sink(Rules(ehlo=extensions)) as sink:
        send(sink.port, part=part, policy=Policy(redirect=ME), **call)
    commands = [command for session in sink.sessions for command in session.commands]
    named = {command for command in commands if command.upper().startswith("RCPT")}
    assert named == {f"RCPT TO:<{ME}>"}
    assert not any("real.example" in command for command in commands)


@given(call=calls())
@settings(max_examples=50, deadline=None)
def test_in_a_rehearsal_no_server_is_ever_asked(call: dict[str, Any]) -> None:
    with TemporaryDirectory() as folder, Sink() as sink:
        send(sink.port, policy=Policy(capture=folder), **call)
        assert os.listdir(f"{folder}/new")
    assert sink.sessions == []
