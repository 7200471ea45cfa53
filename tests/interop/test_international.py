"""Addresses outside ASCII: with a server that does SMTPUTF8, and with one that does not."""

from __future__ import annotations

import re
from email import message_from_string, policy
from pathlib import Path

import pytest

from tests.interop.messages import SENDERS, Letter
from tests.interop.received import A_LABELS, DOMAIN, FOREIGN_DOMAIN, Server

TO = re.compile(rb"^To: .*\n(?: .*\n)*", re.MULTILINE)
SERVICES = ("smtputf8", "no-smtputf8")


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def foreigner(recipient: str) -> str:
    """The name of somebody whose address is outside ASCII."""
    return f"j\u00f6rg-\u7528\u6237-{recipient}"


def addressees(message: bytes) -> list[str]:
    to = message_from_string(message.decode(), policy=policy.SMTPUTF8)["To"]
    return [address.addr_spec for address in to.addresses]


@pytest.mark.parametrize("service", SERVICES)
def test_a_domain_outside_ascii_is_reached_by_its_a_labels(
    server: Server, service: str, sender: str, recipient: str, tmp_path: Path
) -> None:
    sent = SENDERS[sender](Letter("text", (recipient,), server.ports[service], domain=FOREIGN_DOMAIN), tmp_path)
    assert sent.refusals == []
    received = server.received(recipient, A_LABELS)
    assert addressees(received) == [f"{recipient}@{A_LABELS}"]
    assert TO.sub(b"", received) == TO.sub(b"", sent.built)


@pytest.mark.parametrize("kind", ["text", "8bit", "attachment"])
def test_a_local_part_outside_ascii_is_reached_with_smtputf8(
    server: Server, kind: str, sender: str, foreigner: str, tmp_path: Path
) -> None:
    sent = SENDERS[sender](Letter(kind, (foreigner,), server.ports["smtputf8"]), tmp_path)
    assert sent.refusals == []
    received = server.received(foreigner)
    assert addressees(received) == [f"{foreigner}@{DOMAIN}"]
    assert TO.sub(b"", received) == TO.sub(b"", sent.built)


def test_where_the_server_lacks_it_the_others_get_the_message(
    server: Server, sender: str, recipient: str, foreigner: str, tmp_path: Path
) -> None:
    letter = Letter("text", (foreigner, recipient), server.ports["no-smtputf8"], options={"at_least_one": True})
    sent = SENDERS[sender](letter, tmp_path)
    assert [(refusal.address, refusal.code) for refusal in sent.refusals] == [(f"{foreigner}@{DOMAIN}", 553)]
    received = server.received(recipient)
    assert received.isascii()
    assert addressees(received)[1] == f"{recipient}@{DOMAIN}"
    assert TO.sub(b"", received) == TO.sub(b"", sent.built)


def test_or_nobody_does_where_all_are_to(
    server: Server, sender: str, recipient: str, foreigner: str, tmp_path: Path
) -> None:
    letter = Letter("text", (foreigner, recipient), server.ports["no-smtputf8"])
    [refusal] = SENDERS[sender](letter, tmp_path).refusals
    assert refusal.address == f"{foreigner}@{DOMAIN}"
    assert server.never_received(recipient)
