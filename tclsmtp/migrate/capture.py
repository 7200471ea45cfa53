"""A server on this machine that takes mail from scripts, keeps it, and writes down how it came."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from threading import Thread
from typing import TYPE_CHECKING, Final, Self, TypeVar

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.certificate import make_identity
from tclsmtp.migrate.model import Captured, Delivery, Dialogue
from tclsmtp.migrate.offers import OFFERS
from tclsmtp.migrate.rules import Rules, RulesInForce
from tclsmtp.migrate.transcript import Keeper

if TYPE_CHECKING:
    from tclsmtp.migrate.conversation import Conversation, Setup

SETTLE_SECONDS: Final = 2.0
"""How long `captured` waits for open connections. Clients that are done have closed theirs; others are shown as is."""

T = TypeVar("T")


class CaptureServer:
    """An SMTP server on `host` and `port`, with a thread of its own between start and stop.

    `offer` has names of OFFERS. `authority` is the certificate, in PEM, that clients have to trust for its TLS, b""
    without TLS. What is captured goes to `keeper`, where one is given, and else into what `captured` returns.

        with CaptureServer(offer=frozenset({"starttls"})) as server:
            ...  # a client talks to server.host, server.port
        server.captured().deliveries
    """

    def __init__(
        self,
        *,
        offer: frozenset[str] = frozenset(),
        rules: Rules = Rules(),  # noqa: B008 -- it is immutable
        port: int = 0,
        host: str = "127.0.0.1",
        keeper: Keeper | None = None,
    ) -> None:
        """Raises MigrateError for an unknown offer, or where trustme is to be installed for TLS."""
        for name in sorted(offer - {*OFFERS}):
            raise MigrateError(f"nothing to offer is named {name!r}: known are {', '.join(OFFERS)}")
        self.host = host
        self.port = port
        self._offer = offer
        self._rules = rules
        self._identity = make_identity() if offer & {"starttls", "implicit-tls"} else None
        self.authority = self._identity.authority if self._identity else b""
        self._memory = _Memory()
        self._keeper: Keeper = keeper or self._memory
        self._running: _Running | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; `port` is then the one that the system chose, where it was 0.

        Raises MigrateError if that cannot be, or aiosmtpd is not installed.
        """
        try:
            from tclsmtp.migrate.conversation import Setup
        except ModuleNotFoundError as error:
            raise MigrateError("the capture server needs aiosmtpd: pip install 'tclsmtp[migrate]'") from error
        # Without a handler of its own, warnings of aiosmtpd would be written to stderr.
        logging.getLogger("mail.log").addHandler(logging.NullHandler())
        tls = self._identity.context if self._identity else None
        running = _Running(Setup(self._offer, RulesInForce(self._rules), self._keeper, tls))
        try:
            self.port = running.call(running.listen(self.host, self.port))
        except OSError as error:
            running.close()
            raise MigrateError(f"cannot listen on {self.host}:{self.port}: {error.strerror or error}") from error
        self._running = running

    def stop(self) -> None:
        """Stop listening, and break the connections that there are."""
        if self._running:
            self._running.call(self._running.stop())
            self._running.close()
            self._running = None

    def captured(self) -> Captured:
        """What came until now, after waiting up to SETTLE_SECONDS for open connections to end."""
        unfinished = self._running.call(self._running.settle()) if self._running else {}
        dialogues = unfinished | self._memory.dialogues
        return Captured(tuple(dialogues[index] for index in sorted(dialogues)), tuple(self._memory.deliveries))


class _Memory:
    """The keeper for whoever asks `captured`."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.dialogues: dict[int, Dialogue] = {}

    def keep_delivery(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)

    def keep_dialogue(self, index: int, dialogue: Dialogue) -> None:
        self.dialogues[index] = dialogue


class _Running:
    """An event loop in a thread, and the connections in it; what is a coroutine here runs in there."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="capture server", daemon=True)
        self._thread.start()
        self._listener: asyncio.Server | None = None
        self._open: list[Conversation] = []
        self._count = 0

    def call(self, work: Coroutine[None, None, T]) -> T:
        """Do it in the thread, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    async def listen(self, host: str, port: int) -> int:
        """The port that it is."""
        self._listener = await self._loop.create_server(self._converse, host, port)
        return int(self._listener.sockets[0].getsockname()[1])

    def _converse(self) -> Conversation:
        from tclsmtp.migrate.conversation import Conversation

        self._open = [conversation for conversation in self._open if not conversation.over]
        conversation = Conversation(self._setup, self._count, self._loop)
        self._count += 1
        self._open.append(conversation)
        return conversation

    async def _accept(self) -> None:
        """Let clients that have connected be known: from the listening socket to their task it is a few rounds."""
        for _ in range(6):
            await asyncio.sleep(0)

    async def settle(self) -> dict[int, Dialogue]:
        """Wait for what was begun; the dialogues that have not ended."""
        await self._accept()
        tasks = [conversation.task for conversation in self._open if conversation.task]
        if tasks:
            await asyncio.wait(tasks, timeout=SETTLE_SECONDS)
        return {
            conversation.index: conversation.dialogue()
            for conversation in self._open
            if conversation.task and not conversation.task.done()
        }

    async def stop(self) -> None:
        """Close all; nothing is left that would be warned about."""
        await self._accept()
        if self._listener:
            self._listener.close()
        for conversation in self._open:
            conversation.end()
        for conversation in self._open:
            await conversation.wait_closed()
