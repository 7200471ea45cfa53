"""Connections that are kept for the next message, where the policy has routes that reuse them."""

from __future__ import annotations

import atexit
import time
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from tclsmtp.policy.reusing import Reuse
    from tclsmtp.smtp.envelope import Plan
    from tclsmtp.smtp.options import TlsSettings
    from tclsmtp.smtp.protocol import Conversation
    from tclsmtp.smtp.sasl import Credentials
    from tclsmtp.smtp.target import Target
    from tclsmtp.smtp.transport import TlsState, Transport

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A connection on which MAIL may follow, with what was agreed on, and how many messages went over it.

    `settings` are those of its TLS, None where it has none.
    """

    transport: Transport
    conversation: Conversation
    secured: TlsState | None
    settings: TlsSettings | None
    mechanism: str
    messages: int

    def leave(self) -> None:
        """Take leave of the server, which is not waited for, and close the connection."""
        from tclsmtp.smtp.protocol import QUIT

        self.transport.send_if_possible(self.conversation.command(QUIT))
        self.transport.close()


class Pool:
    """The connections that one thread keeps; a context manager that ends them.

    Those that are left when the process ends get their QUIT then. A connection is for messages of the same route,
    server, client name, TLS and credentials.
    """

    def __init__(self) -> None:
        self._kept: dict[Key, tuple[Kept, float]] = {}
        self._registered = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections. The pool can be used again."""
        kept, self._kept = self._kept, {}
        for connection, _ in kept.values():
            connection.leave()
        if self._registered:
            self._registered = False
            atexit.unregister(self.close)

    def take(self, key: Key, target: Target, most: int) -> Kept | None:
        """The connection for a message of that key, which is the caller's then, if it served at most so many messages.

        One that is no good is ended.
        """
        connection, until = self._kept.pop(key, (None, 0.0))
        if connection is None:
            return None
        conversation = connection.conversation
        connection.transport.receive_now(conversation.receive)
        if conversation.lost or conversation.has_unread():
            # It may only have said why it left.
            connection.transport.close()
            return None
        other_tls = connection.settings is not None and connection.settings != target.tls_settings()
        if other_tls or time.monotonic() > until or connection.messages > most:
            connection.leave()
            return None
        return connection

    def put(self, key: Key, reuse: Reuse, connection: Kept) -> None:
        """Keep a connection for the next message of that key; one that was kept for it before is ended."""
        if not self._registered:
            self._registered = True
            atexit.register(self.close)
        if key in self._kept:
            self._kept.pop(key)[0].leave()
        self._kept[key] = connection, time.monotonic() + reuse.idle_seconds

    def expire(self) -> float | None:
        """End what was idle for too long; the seconds until the next connection is, None where none is left."""
        now = time.monotonic()
        for key, (connection, until) in [*self._kept.items()]:
            if until <= now:
                del self._kept[key]
                connection.leave()
        return min((until - now for _, until in self._kept.values()), default=None)

    @staticmethod
    def key_of(plan: Plan, target: Target) -> Key:
        """What two messages must have in common to go over the same connection."""
        options = plan.options
        login: Credentials | None = None
        if target.authenticates:
            # In it, and so in no repr of a pool.
            from tclsmtp.smtp.sasl import Credentials

            login = Credentials(options.username, options.password)
        return (
            target.server,
            target.port,
            target.route,
            target.client or plan.host,
            target.tls,
            options.queue,
            login,
        )
