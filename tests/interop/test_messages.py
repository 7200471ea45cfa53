"""What is built arrives, byte for byte: every kind of message, from Tcl and from Python, in the clear and in TLS."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.interop.messages import BODIES, NOTE, SENDERS, SUBJECT, Letter
from tests.interop.received import Server

ROUTES = {
    "plain": {"use_tls": False},
    "starttls": {},
    "implicit": {"tls_import": True},
}


@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize("route", ROUTES)
def test_it_arrives_as_it_was_built(
    server: Server, route: str, kind: str, sender: str, recipient: str, cafile: str, tmp_path: Path
) -> None:
    letter = Letter(kind, (recipient,), server.ports[route], options=ROUTES[route], cafile=cafile)
    sent = SENDERS[sender](letter, tmp_path)
    assert sent.refusals == []
    received = server.received(recipient)
    assert received == sent.built
    assert_says(received, letter)


def assert_says(received: bytes, letter: Letter) -> None:
    """Another reader finds in it what the sender wanted to say."""
    message = message_from_bytes(received, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not any(part.defects for part in message.walk())
    assert [(name, str(message[name])) for name, _ in letter.shown_headers] == letter.shown_headers
    assert message["Subject"] == SUBJECT
    body = BODIES[letter.kind]
    if letter.kind == "attachment":
        note, file = message.iter_parts()
        assert isinstance(note, EmailMessage)
        assert note.get_content() == NOTE
        assert file.get_payload(decode=True) == body
    else:
        assert message.get_content().removesuffix("\n") == body.decode().removesuffix("\n")
