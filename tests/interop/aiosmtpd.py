"""aiosmtpd, on a thread of its own. It refuses recipients whose names begin with "refused"."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.interop.received import DOMAIN, PASSWORD, USER
from tests.support.certificates import server_context

BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
AUTH: dict[str, Any] = {"auth_required": True, "auth_require_tls": False}
STARTTLS: dict[str, Any] = {"require_starttls": True}
SERVICES: dict[str, dict[str, Any]] = {
    "plain": {},
    "starttls": STARTTLS,
    "implicit": {},
    "auth-plain": AUTH,
    "auth-starttls": AUTH | STARTTLS,
    "auth-implicit": AUTH,
    "only-LOGIN": AUTH | {"auth_exclude_mechanism": ["PLAIN"]},
    "only-PLAIN": AUTH | {"auth_exclude_mechanism": ["LOGIN"]},
    "smtputf8": {"enable_SMTPUTF8": True},
    "no-smtputf8": {},
    "small": {"data_size_limit": 4096},
}
"""Name of a service to what its SMTP objects are made with."""


@dataclass
class Aiosmtpd:
    """A running server: the port of each service, and what it received. It is its own handler and authenticator."""

    ports: dict[str, int] = field(default_factory=dict)
    messages: list[tuple[str, bytes]] = field(default_factory=list)

    def received(self, recipient: str, domain: str = DOMAIN) -> bytes:
        """The one message that the recipient got, with LF for CRLF."""
        [message] = self._copies(recipient, domain)
        assert not BARE.search(message)
        return message.replace(b"\r\n", b"\n")

    def never_received(self, recipient: str) -> bool:
        """Whether the recipient in the DOMAIN got nothing."""
        return not self._copies(recipient)

    def _copies(self, recipient: str, domain: str = DOMAIN) -> list[bytes]:
        return [message for address, message in self.messages if address == f"{recipient}@{domain}"]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.messages += [(address, envelope.content) for address in envelope.rcpt_tos]
        return "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        good = data == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)


@contextmanager
def aiosmtpd() -> Iterator[Aiosmtpd]:
    """The server, for as long as the block lasts."""
    server, loop, ready = Aiosmtpd(), asyncio.new_event_loop(), Event()

    def run() -> None:
        loop.run_until_complete(_serve(server, ready, stop))

    stop = asyncio.Event()
    thread = Thread(target=run)
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _serve(server: Aiosmtpd, ready: Event, stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    listeners = []
    for name, settings in SERVICES.items():
        context = server_context()
        make = partial(SMTP, server, hostname="server", authenticator=server.authenticate, **settings)
        if "starttls" in name:
            make = partial(make, tls_context=context)
        listener = await loop.create_server(make, "127.0.0.1", 0, ssl=context if "implicit" in name else None)
        server.ports[name] = listener.sockets[0].getsockname()[1]
        listeners.append(listener)
    ready.set()
    await stop.wait()
    for listener in listeners:
        listener.close()
