"""What the tests of sending share: a message, a call that sends it, and a look at what the server got."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tclsmtp.dialect import DEFAULT
from tclsmtp.mime.part import Part
from tclsmtp.policy import Policy
from tclsmtp.smtp import submit
from tclsmtp.smtp.options import Options, Refusal
from tclsmtp.smtp.waiting import SelectorWaiter
from tests.smtp.server import Step, read_line, read_to_end_of_data
from tests.support.sink import Sink

HEADERS = (("From", "me@example.com"), ("To", "a@example.com, b@example.com"), ("Subject", "S"))
BLIND = ("Bcc", "x@example.com, y@example.com")
A, B, X, Y = (f"{name}@example.com" for name in "abxy")
RCPTS = [f"RCPT TO:<{address}>" for address in (A, B)]
ABORTED = ["RSET", "QUIT"]

BANNER: list[Step] = [b"220 hello\r\n"]
EHLO: list[Step] = [*BANNER, read_line, b"250 hello\r\n"]
MAIL: list[Step] = [*EHLO, read_line, b"250 ok\r\n"]
RCPT: list[Step] = [*MAIL, read_line, b"250 ok\r\n", read_line, b"250 ok\r\n"]
DATA: list[Step] = [*RCPT, read_line, b"354 go\r\n"]
SENT: list[Step] = [*DATA, read_to_end_of_data, b"250 queued\r\n"]
"""Scripts of a server up to its reply to a command."""


def text(body: str = "Hello.\n") -> Part:
    return Part.create("text/plain", data=body)


def send(
    *ports: int,
    part: Part | None = None,
    headers: Sequence[tuple[str, str]] = HEADERS,
    waiter: SelectorWaiter | None = None,
    policy: Policy | None = None,
    **options: Any,
) -> list[Refusal]:
    """Send a small message to servers on this machine."""
    given = Options(
        servers=("127.0.0.1",) * len(ports), ports=ports, headers=tuple(headers), host="client.example", max_seconds=60
    )
    plan = submit.prepare(replace(given, **options))
    return submit.submit(plan, part or text(), waiter or SelectorWaiter(), DEFAULT, policy)


def commands(sink: Sink, number: int = 0) -> list[str]:
    """What a client said after its greeting, without the parameters of MAIL."""
    return [command.partition(" SIZE=")[0] for command in sink.sessions[number].commands[1:]]


def headers_of(content: bytes) -> list[str]:
    return content.partition(b"\r\n\r\n")[0].decode().split("\r\n")


def names_of(content: bytes) -> list[str]:
    return [line.partition(":")[0] for line in headers_of(content) if not line.startswith(" ")]
