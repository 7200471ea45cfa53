"""What both servers know, and how a message is looked at that one of them received."""

from __future__ import annotations

from typing import Protocol

DOMAIN = "interop.example"
FOREIGN_DOMAIN = "b\u00fccher.example"
A_LABELS = "xn--bcher-kva.example"
"""How servers see the FOREIGN_DOMAIN."""
USER, PASSWORD = "joe", "open sesame"
TRACE = (b"Return-Path:", b"X-Original-To:", b"Delivered-To:", b"Received:")


class Server(Protocol):
    """A mail server on 127.0.0.1: the port of each of its services, and what it received."""

    @property
    def ports(self) -> dict[str, int]: ...

    def received(self, recipient: str, domain: str = DOMAIN) -> bytes:
        """The one message that the recipient got, with LF for CRLF, without what the server added."""

    def never_received(self, recipient: str) -> bool:
        """Whether the recipient in the DOMAIN got nothing."""


def without_trace(message: bytes) -> bytes:
    """The message without the headers that a server puts before it (RFC 5321, 4.4)."""
    while message.startswith(TRACE):
        _, _, message = message.partition(b"\n")
        while message.startswith((b" ", b"\t")):
            _, _, message = message.partition(b"\n")
    return message
