"""What sendmessage gives a message to that no server could take for now."""

from __future__ import annotations

import random
import secrets
import time

from tclsmtp.errors import MimeError, SpoolError
from tclsmtp.spool.entry import Call, Entry
from tclsmtp.spool.store import open_store
from tclsmtp.spool.stored_content import header_of, message_id, octets_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tclsmtp.policy.route import Route
    from tclsmtp.policy.spooling import Spool
    from tclsmtp.smtp.envelope import Plan
    from tclsmtp.smtp.keeping import Unsent


class Spooler:
    """Keeps messages in the spools of their routes, for `tclsmtp queue run`; `kept` are the names of those it kept."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def keep(self, route: Route, plan: Plan, messages: Sequence[Unsent], why: str) -> list[str]:
        """As Keeper.keep."""
        spool = route.spool
        assert spool is not None
        try:
            made = [_made(route, plan, spool, message, why) for message in messages]
            with open_store(spool) as store:
                store.add(made)
        except MimeError as error:
            # One of its files is gone by now.
            raise SpoolError(spool.place, str(error)) from error
        names = [entry.id for entry, _ in made]
        self.kept += names
        return names


def _made(route: Route, plan: Plan, spool: Spool, message: Unsent, why: str) -> tuple[Entry, Iterator[bytes]]:
    """The entry of a message, and its octets."""
    content = message.content
    now = time.time()
    entry = Entry(
        id=new_id(now),
        call=Call.of(plan),
        route=route.name,
        originator=message.originator,
        recipients=message.recipients,
        message_id=message_id(header_of(content.chunks())),
        created=now,
        due=now + wait_seconds(spool, 1),
        error=why,
        is_ascii=content.is_ascii,
        utf8_lines=content.utf8_lines,
        last_attempt=now,
    )
    return entry, octets_of(content)


def new_id(now: float) -> str:
    """A name for an entry of that time, which no other has."""
    return time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + secrets.token_hex(5)


def wait_seconds(spool: Spool, attempts: int) -> float:
    """How long to wait after so many attempts: chance keeps those apart that failed together."""
    return spool.seconds_until_retry(attempts) * random.uniform(0.5, 1)
