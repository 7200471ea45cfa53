"""Several recipients, blind ones, and refused ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interop.messages import SENDERS, Letter
from tests.interop.received import DOMAIN, Server

BOTH_PACKAGES = ("tcl", "part")
"""Senders that do as tcllib does; with an EmailMessage Bcc is what it is elsewhere."""


@pytest.fixture(params=SENDERS)
def sender(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_recipient_gets_the_message(server: Server, sender: str, recipient: str, tmp_path: Path) -> None:
    names = tuple(f"{recipient}-{number}" for number in range(5))
    sent = SENDERS[sender](Letter("text", names, server.ports["plain"]), tmp_path)
    assert sent.refusals == []
    assert [server.received(name) for name in names] == [sent.built] * 5


def test_the_others_get_it_where_one_is_refused(server: Server, sender: str, recipient: str, tmp_path: Path) -> None:
    names = (recipient, f"refused-{recipient}", f"{recipient}-2")
    letter = Letter("text", names, server.ports["plain"], options={"at_least_one": True})
    sent = SENDERS[sender](letter, tmp_path)
    assert [(refusal.address, refusal.code) for refusal in sent.refusals] == [(f"refused-{recipient}@{DOMAIN}", 550)]
    assert [server.received(name) for name in (recipient, f"{recipient}-2")] == [sent.built] * 2


def test_nobody_gets_it_where_all_are_to(server: Server, sender: str, recipient: str, tmp_path: Path) -> None:
    names = (recipient, f"refused-{recipient}")
    sent = SENDERS[sender](Letter("text", names, server.ports["plain"]), tmp_path)
    assert [refusal.address for refusal in sent.refusals] == [f"refused-{recipient}@{DOMAIN}"]
    assert server.never_received(recipient)


@pytest.mark.parametrize("at_least_one", [False, True])
def test_a_single_recipient_is_refused(
    server: Server, sender: str, recipient: str, at_least_one: bool, tmp_path: Path
) -> None:
    letter = Letter("text", (f"refused-{recipient}",), server.ports["plain"], options={"at_least_one": at_least_one})
    [refusal] = SENDERS[sender](letter, tmp_path).refusals
    assert (refusal.address, refusal.code) == (f"refused-{recipient}@{DOMAIN}", 550)


@pytest.mark.parametrize("kind", ["text", "attachment"])
@pytest.mark.parametrize("sender", BOTH_PACKAGES)
def test_blind_recipients_get_it_in_a_digest(
    server: Server, sender: str, kind: str, recipient: str, tmp_path: Path
) -> None:
    blind = f"blind-{recipient}"
    sent = SENDERS[sender](Letter(kind, (recipient,), server.ports["plain"], blind=(blind,)), tmp_path)
    assert sent.refusals == []
    assert server.received(recipient) == sent.built
    digest = server.received(blind)
    assert b"\nContent-Type: multipart/digest;" in digest
    assert sent.built in digest
    assert blind.encode() not in sent.built


def test_blind_recipients_of_an_email_message_get_what_all_get(server: Server, recipient: str, tmp_path: Path) -> None:
    blind = f"blind-{recipient}"
    sent = SENDERS["email"](Letter("text", (recipient,), server.ports["plain"], blind=(blind,)), tmp_path)
    assert server.received(recipient) == server.received(blind) == sent.built
    assert blind.encode() not in sent.built


@pytest.mark.parametrize("sender", BOTH_PACKAGES)
def test_a_refused_blind_recipient_is_told(server: Server, sender: str, recipient: str, tmp_path: Path) -> None:
    blind = (f"blind-{recipient}", f"refused-{recipient}")
    letter = Letter("text", (recipient,), server.ports["plain"], blind=blind, options={"at_least_one": True})
    sent = SENDERS[sender](letter, tmp_path)
    assert [(refusal.address, refusal.code) for refusal in sent.refusals] == [(f"refused-{recipient}@{DOMAIN}", 550)]
    assert sent.built in server.received(blind[0])
