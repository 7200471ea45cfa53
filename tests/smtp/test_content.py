"""Messages are built or opened before they are offered, and large ones are never held in memory."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from tclsmtp.dialect import DEFAULT
from tclsmtp.errors import MimeError
from tclsmtp.mime.part import Part
from tclsmtp.smtp.content import HELD_IN_MEMORY, Content, digest, outgoing
from tclsmtp.smtp.envelope import Envelope
from tclsmtp.smtp.options import Options
from tclsmtp.smtp.submit import prepare, submit
from tclsmtp.smtp.waiting import SelectorWaiter
from tests.support.sink import Sink

ENVELOPE = Envelope("f@x", ("t@x",), ("b@x",), (("X-A", "a"), ("X-A", "b")), author="f@x", subject="S")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(range(256)) * (HELD_IN_MEMORY // 128))
    return path


def of_file(path: Path) -> Part:
    return Part.create("application/octet-stream", encoding="base64", path=str(path))


@pytest.mark.parametrize("body", ["one\ntwo", "one\n", ""])
def test_size_is_the_number_of_octets_with_the_last_line_break(body: str) -> None:
    content = Content(Part.create("text/plain", data=body), DEFAULT)
    sent = b"".join(content.chunks())
    assert sent.endswith(b"\r\n")
    assert content.size == len(sent)


def test_size_of_a_large_message_leaves_room_for_the_last_line_break(large: Path) -> None:
    content = Content(of_file(large), DEFAULT)
    assert content.size == sum(len(chunk) for chunk in content.chunks()) + 2


@pytest.mark.parametrize("repeated", [1, HELD_IN_MEMORY])
@pytest.mark.parametrize(("letter", "is_ascii"), [("u", True), ("\u00fc", False)])
def test_content_knows_whether_it_is_ascii(letter: str, is_ascii: bool, repeated: int) -> None:
    part = Part.create("text/plain", params=[("charset", "utf-8")], encoding="8bit", data="a" * repeated + letter)
    assert Content(part, DEFAULT).is_ascii == is_ascii


def test_content_without_foreign_addresses_is_the_same_in_utf8() -> None:
    content = Content(Part.create("text/plain", data="x", headers=[("To", "B\u00fc <a@b\u00fc>")]), DEFAULT)
    assert content.in_utf8() is content
    assert b"To: =?utf-8?B?QsO8?= <a@xn--b-eha>\r\n" in (content.whole or b"")


@pytest.mark.parametrize("body", ["x", "x\n" * HELD_IN_MEMORY])
def test_only_lines_of_the_header_differ_in_utf8(body: str) -> None:
    body = f"To: j\u00f6@x\n{body}"
    part = Part.create("text/plain", data=body, headers=[("To", "j\u00f6@x"), ("X-A", "a"), ("Cc", "b\u00f6@x")])
    content = Content(part, DEFAULT)
    before, after = (b"".join(form.chunks()).split(b"\r\n") for form in (content, content.in_utf8()))
    assert content.needs_utf8 is False
    assert content.in_utf8().needs_utf8 is True
    differing = [new for old, new in zip(before, after, strict=True) if old != new]
    assert differing == ["To: j\u00f6@x".encode(), "Cc: b\u00f6@x".encode()]


def test_a_large_message_comes_in_chunks(large: Path) -> None:
    assert max(len(chunk) for chunk in Content(of_file(large), DEFAULT).chunks()) < HELD_IN_MEMORY


def test_content_can_be_had_once_more(large: Path) -> None:
    content = Content(of_file(large), DEFAULT)
    assert b"".join(content.chunks()) == b"".join(content.chunks())


def send(part: Part, port: int) -> None:
    plan = prepare(Options(servers=("127.0.0.1",), ports=(port,), originator="f@x", recipients="t@x"))
    submit(plan, part, SelectorWaiter(), DEFAULT)


def test_a_large_message_arrives_whole(large: Path) -> None:
    with Sink() as sink:
        send(of_file(large), sink.port)
    [message] = sink.sessions[0].messages
    encoded = message.content.partition(b"\r\n\r\n")[2]
    assert base64.b64decode(encoded) == large.read_bytes()


def test_a_file_that_vanished_is_an_error_before_mail(large: Path) -> None:
    part = of_file(large)
    large.unlink()
    with Sink() as sink, pytest.raises(MimeError, match=r"large\.bin"):
        send(part, sink.port)
    assert [command.split()[0] for session in sink.sessions for command in session.commands] == ["EHLO"]


def test_outgoing_headers_follow_those_of_the_part() -> None:
    part = Part.create("text/plain", data="x", headers=[("x-a", "0"), ("Date", "then"), ("Bcc", "b@x")])
    headers = outgoing(part, ENVELOPE, "host.example").headers
    assert headers.get_all("X-A") == ["0", "a", "b"]
    assert headers.get_all("Date") == ["then"]
    assert headers.get_all("Message-ID")[0].endswith("@host.example>")
    assert headers.get_all("Bcc") == []


@pytest.mark.parametrize(
    ("prefix", "subject", "title"),
    [("", None, "[Bcc]"), ("", "", "[Bcc] "), ("", "S", "[Bcc] S"), ("Resent-", "S", "[Resent-Bcc] S")],
)
def test_title_of_a_digest(prefix: str, subject: str | None, title: str) -> None:
    envelope = replace(ENVELOPE, prefix=prefix, subject=subject)
    assert digest(Part.create("text/plain", data="x"), envelope, "host.example").headers.get_all("Subject") == [title]
