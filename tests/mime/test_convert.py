"""Parts and the standard library's messages."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from tclsmtp.errors import MimeError
from tclsmtp.mime.parse import MAX_DEPTH
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


MAIL = b"""Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
From: =?iso-8859-1?q?J=F6rg?= <j@example.com>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="B"; x="a \\"b\\""

preamble
--B
Content-Type: text/plain; charset=iso-8859-2
Content-Transfer-Encoding: quoted-printable

=B1=E6
--B
Content-Type: message/rfc822

Subject: inner
Content-Type: multipart/alternative; boundary=C

--C
Content-Type: text/html; charset=koi8-r
Content-Transfer-Encoding: base64

8NLJ18XU
--C--
--B
Content-Type: image/png; name="a b.png"
Content-Disposition: attachment; filename="a b.png"
Content-Transfer-Encoding: base64

AAEC/w==
--B--
"""


def facts(message: EmailMessage) -> list[object]:
    """Structure, headers, bodies and charsets of a message."""
    return [
        (
            each.get_content_type(),
            sorted(each["Content-Type"].params.items()) if "Content-Type" in each else None,
            [(name, str(value)) for name, value in each.items() if not name.lower().startswith(("content-t", "mime-"))],
            None if each.is_multipart() else each.get_content(),
        )
        for each in message.walk()
        if isinstance(each, EmailMessage)
    ]


def test_part_that_was_read_says_the_same_as_a_message() -> None:
    message = Part.parse(MAIL).to_email()
    assert facts(message) == facts(message_from_bytes(MAIL, policy=policy.default))
    assert message.preamble is None


def test_message_says_the_same_as_a_part_and_back() -> None:
    message = message_from_bytes(MAIL, policy=policy.default)
    part = Part.from_email(message)
    assert part.params == {"boundary": "B", "x": 'a \\"b\\"'}
    assert facts(part.to_email()) == facts(message)
    assert facts(Part.from_email(part.to_email()).to_email()) == facts(message)


def test_bodies_of_a_message_are_those_of_the_part_that_was_read() -> None:
    def bodies(part: Part) -> list[tuple[str, object]]:
        inside = [each for child in part for each in bodies(child)]
        return inside or [(part.content, part.read())]

    message = message_from_bytes(MAIL, policy=policy.default)
    assert bodies(Part.from_email(message)) == bodies(Part.parse(MAIL))


@pytest.mark.parametrize("depth", [MAX_DEPTH - 1, MAX_DEPTH])
def test_depth_is_limited(depth: int) -> None:
    part = Part.create("text/plain", data="x")
    message = part.to_email()
    for _ in range(depth):
        part = Part.create("multipart/mixed", parts=[part])
        outer = EmailMessage()
        outer["Content-Type"] = "multipart/mixed"
        outer.set_payload([message])
        message = outer
    if depth < MAX_DEPTH:
        assert part.to_email().is_multipart()
        assert Part.from_email(message).body_size() == 1
        return
    for convert in (part.to_email, lambda: Part.from_email(outer)):
        with pytest.raises(MimeError) as caught:
            convert()
        assert caught.value.errorcode == ("MIME", "LIMIT", "DEPTH")


def test_header_name_that_cannot_be_sent() -> None:
    message = EmailMessage()
    message["a\nb"] = "x"
    with pytest.raises(MimeError, match="header name"):
        Part.from_email(message)


def test_part_becomes_a_message() -> None:
    part = Part.create("text/plain", headers=[("Subject", "é")], data="caf\xe9\n")
    message = part.to_email()
    assert isinstance(message, EmailMessage)
    assert (message["Subject"], message.get_content()) == ("é", "café\r\n")
