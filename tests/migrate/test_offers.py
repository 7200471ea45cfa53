"""What the capture server offers."""

from __future__ import annotations

import pytest

from tclsmtp.migrate.offers import OFFERS, ehlo_reply


@pytest.mark.parametrize(
    ("offer", "in_tls", "reply"),
    [
        (frozenset(), False, "250 a.example"),
        (frozenset({"pipelining", "starttls"}), False, "250-a.example\r\n250-STARTTLS\r\n250 PIPELINING"),
        (frozenset({"pipelining", "starttls"}), True, "250-a.example\r\n250 PIPELINING"),
        (frozenset({"implicit-tls"}), True, "250 a.example"),
    ],
)
def test_ehlo_offers_what_was_asked_for_and_nothing_else(offer: frozenset[str], in_tls: bool, reply: str) -> None:
    assert ehlo_reply("a.example", offer, in_tls=in_tls) == reply


def test_each_offer_but_implicit_tls_is_a_line() -> None:
    assert len(ehlo_reply("a.example", frozenset(OFFERS), in_tls=False).split("\r\n")) == len(OFFERS)
