"""What a capture server can offer in its answer to EHLO. It offers nothing that it was not told to."""

from __future__ import annotations

from typing import Final

MESSAGE_OCTETS: Final = 1 << 28
"""The longest message that is taken. aiosmtpd's own 32 MiB are less than some scripts attach."""

KEYWORDS: Final = {
    "starttls": "STARTTLS",
    "auth": "AUTH PLAIN LOGIN CRAM-MD5",
    "size": f"SIZE {MESSAGE_OCTETS}",
    "pipelining": "PIPELINING",
    "8bitmime": "8BITMIME",
    "smtputf8": "SMTPUTF8",
    "chunking": "CHUNKING",
}

OFFERS: Final = ("implicit-tls", *KEYWORDS)
"""What there is to choose from; implicit TLS begins with the connection, and is not told in EHLO."""


def ehlo_reply(hostname: str, offer: frozenset[str], *, in_tls: bool) -> str:
    """The reply to EHLO (RFC 5321 section 4.1.1.1), its lines separated by CRLF. Inside TLS there is no STARTTLS."""
    keywords = [word for name, word in KEYWORDS.items() if name in offer and not (in_tls and name == "starttls")]
    *first, last = hostname, *keywords
    return "\r\n".join([*(f"250-{line}" for line in first), f"250 {last}"])
