"""What sendmessage gives a message to that no server could take for now."""

from __future__ import annotations

import random
import secrets
import time

from tclsmtp.spool.entry import Call, Entry
from tclsmtp.spool.store import open_store
from tclsmtp.spool.stored_content import header_of, message_id, octets_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tclsmtp.policy.route import Route
    from tclsmtp.policy.spooling import Spool
    from tclsmtp.smtp.envelope import Plan
    from tclsmtp.smtp.keeping import Unsent


class Spooler:
    """Keeps messages in the spools of their routes, for `tclsmtp queue run`."""

    def keep(self, route: Route, plan: Plan, messages: Sequence[Unsent], why: str) -> list[str]:
        """As Keeper.keep."""
        assert route.spool is not None
        call = Call.of(plan)
        now = time.time()
        made = []
        for message in messages:
            content = message.content
            entry = Entry(
                id=new_id(now),
                call=call,
                route=route.name,
                originator=message.originator,
                recipients=message.recipients,
                message_id=message_id(header_of(content.chunks())),
                created=now,
                due=now + wait_seconds(route.spool, 1),
                error=why,
                is_ascii=content.is_ascii,
                utf8_lines=content.utf8_lines,
                last_attempt=now,
            )
            made.append((entry, octets_of(content)))
        with open_store(route.spool) as store:
            store.add(made)
        return [entry.id for entry, _ in made]


def new_id(now: float) -> str:
    """A name for an entry of that time, which no other has."""
    return time.strftime("%Y%m%d-%H%M%S-", time.gmtime(now)) + secrets.token_hex(5)


def wait_seconds(spool: Spool, attempts: int) -> float:
    """How long to wait after so many attempts: chance keeps those apart that failed together."""
    return spool.seconds_until_retry(attempts) * random.uniform(0.5, 1)
