"""Rehearsal: messages that go to a folder, or all to one address, and to nobody that they are meant for."""

from __future__ import annotations

import io
import mailbox
import os
from dataclasses import replace

from tclsmtp.errors import PolicyError
from tclsmtp.mime.headers import header_line
from tclsmtp.smtp.options import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from _typeshed import WriteableBuffer

    from tclsmtp.smtp.content import Content
    from tclsmtp.smtp.envelope import Plan


def envelope_lines(plan: Plan, recipients: Iterable[str]) -> bytes:
    """Header lines that tell the envelope that a message would have had: X-Envelope-From, an X-Envelope-To for each of
    the recipients, and an X-Envelope-Server for each server that the script names.
    """
    options = plan.options
    ports = (*options.ports, *(25 for _ in options.servers))
    lines = [
        ("X-Envelope-From", f"<{plan.envelope.originator}>"),
        *(("X-Envelope-To", f"<{recipient}>") for recipient in recipients),
        *(("X-Envelope-Server", f"{server}:{port}") for server, port in zip(options.servers, ports, strict=False)),
    ]
    return "".join(f"{header_line(*line)}\n" for line in lines).replace("\n", "\r\n").encode("ascii")


def with_envelopes(plan: Plan, contents: Sequence[Content]) -> list[Content]:
    """The messages of a plan, for the recipients and for the blind ones, each with its envelope in header lines."""
    groups = (plan.envelope.recipients, plan.envelope.blind)
    return [content.preceded_by(envelope_lines(plan, group)) for content, group in zip(contents, groups, strict=False)]


def capture(plan: Plan, contents: Sequence[Content], folder: str) -> list[str]:
    """Write the messages of a plan to a Maildir, with their envelopes; the answer are their keys in it.

    The Maildir is made where there is none, for its owner only. What is written is on the disk when this returns.
    Raises PolicyError where it cannot be.
    """
    groups = (plan.envelope.recipients, plan.envelope.blind)
    try:
        for inner in ("tmp", "new", "cur"):
            os.makedirs(os.path.join(folder, inner), mode=0o700, exist_ok=True)
        maildir = mailbox.Maildir(folder, create=False)
        return [
            maildir.add(io.BufferedReader(_Reading(content.chunks())))
            for content, group in zip(with_envelopes(plan, contents), groups, strict=False)
            if group
        ]
    except OSError as error:
        raise PolicyError(folder, "capture", error.strerror or str(error)) from error


class _Reading(io.RawIOBase):
    """Chunks as a file to read."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks: Iterator[bytes] = iter(chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def redirected(plan: Plan, address: str) -> Plan:
    """The plan with one address in place of all recipients, the blind ones too."""
    envelope = plan.envelope
    return replace(
        plan,
        envelope=replace(envelope, recipients=_all(envelope.recipients, address), blind=_all(envelope.blind, address)),
    )


def _all(recipients: tuple[str, ...], address: str) -> tuple[str, ...]:
    return (address,) if recipients else ()


def in_place_of(recipients: Iterable[str], refusals: Iterable[Refusal]) -> list[Refusal]:
    """A refusal of the one address is one of each of the recipients that it stands for."""
    return [Refusal(recipient, each.code, each.text) for each in refusals for recipient in recipients]
