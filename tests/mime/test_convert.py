"""Parts and the standard library's messages."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from tclsmtp.errors import MimeError
from tclsmtp.mime.part import Part


@pytest.fixture
def message() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Grüße an alle"
    message["From"] = "Jörg <joerg@example.com>"
    message["To"] = "a@example.com"
    message["Received"] = "one"
    message["Received"] = "two"
    message.set_content("Häuser\nund Bäume\n")
    message.add_alternative("<p>Häuser</p>\n", subtype="html")
    message.add_attachment(bytes(range(256)), maintype="application", subtype="x", filename="é.bin")
    return message


def test_structure_and_headers_stay(message: EmailMessage) -> None:
    part = Part.from_email(message)
    assert part.content == "multipart/mixed"
    assert [child.content for child in part] == ["multipart/alternative", "application/x"]
    assert part.headers.names() == ["Subject", "From", "To", "Received"]
    assert part.headers.get_all("Received") == ["one", "two"]


def test_there_and_back_says_the_same(message: EmailMessage) -> None:
    back = Part.from_email(message).to_email()
    assert (back["Subject"], back["From"]) == (message["Subject"], message["From"])
    assert [each.get_content_type() for each in back.walk()] == [each.get_content_type() for each in message.walk()]
    body = back.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == "Häuser\nund Bäume\n"
    (attachment,) = back.iter_attachments()
    assert attachment.get_content() == bytes(range(256))
    assert attachment.get_filename() == "é.bin"


def test_message_inside_a_message(message: EmailMessage) -> None:
    outer = EmailMessage()
    outer["Subject"] = "Fwd"
    outer.set_content("see below\n")
    outer.add_attachment(message)
    back = Part.from_email(outer).to_email()
    (attachment,) = back.iter_attachments()
    assert attachment.get_content_type() == "message/rfc822"
    inner = attachment.get_content()
    assert inner["Subject"] == "Grüße an alle"
    assert inner.is_multipart()


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_transfer_encoding_stays(encoding: str) -> None:
    message = EmailMessage()
    message.set_content("plain\n", cte=encoding)
    assert Part.from_email(message).encoding == encoding


def test_message_without_a_body() -> None:
    message = EmailMessage()
    message["Subject"] = "empty"
    assert bytes(Part.from_email(message)).endswith(b"Content-Type: text/plain\r\n\r\n")


def test_boundary_is_kept(message: EmailMessage) -> None:
    message.set_boundary("kept")
    assert Part.from_email(message).boundary == "kept"


def test_header_name_that_cannot_be_sent() -> None:
    message = EmailMessage()
    message["a b"] = "x"
    with pytest.raises(MimeError, match="header name"):
        Part.from_email(message)


def test_part_becomes_a_message() -> None:
    part = Part.create("text/plain", headers=[("Subject", "é")], data="caf\xe9\n")
    message = part.to_email()
    assert isinstance(message, EmailMessage)
    assert (message["Subject"], message.get_content()) == ("é", "café\r\n")
