"""Working off a queue: each entry that is due is tried once more, and what comes of it is written down."""

from __future__ import annotations

import time
from dataclasses import replace

from tclsmtp.errors import SpoolError
from tclsmtp.smtp.audit import QUEUED, SENT, UNKNOWN, AuditLog, of_session, outcome
from tclsmtp.smtp.envelope import Envelope
from tclsmtp.smtp.target import targets
from tclsmtp.spool.delivery import Result, attempt
from tclsmtp.spool.keeper import wait_seconds
from tclsmtp.spool.stored_content import StoredContent

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tclsmtp.policy.route import Policy
    from tclsmtp.policy.spooling import Spool
    from tclsmtp.smtp.target import Target
    from tclsmtp.smtp.waiting import Waiter
    from tclsmtp.spool.entry import Entry
    from tclsmtp.spool.store import Store, Taken

SCRIPT = "tclsmtp queue run"
"""What the audit log calls the one who sends."""

INTERRUPTED = "the process was ended while it sent the message"


class Worker:
    """Works off a queue under a policy; `tell` gets a line for each attempt.

    Several may work at the same queue. One that is ended has lost nothing: its entry comes back, and if the server took
    the message in the last moment, that is sent twice. Servers that cannot be reached are not asked again in the same
    run: of a thousand messages for a host that does not answer, one has to wait for that.
    """

    def __init__(self, store: Store, spool: Spool, policy: Policy, waiter: Waiter, tell: Callable[[str], None]) -> None:
        self._store = store
        self._spool = spool
        self._policy = policy
        self._waiter = waiter
        self._tell = tell
        self._unreachable: dict[tuple[tuple[str, str | int], ...], str] = {}

    def run(self, is_over: Callable[[], bool] = lambda: False) -> int:
        """Try everything that is due now, each once, until `is_over`; how many those were. Raises SpoolError."""
        self._store.clean()
        self._unreachable.clear()
        now = time.time()
        count = 0
        while not is_over():
            taken = self._store.take(now, self._begun)
            if taken is None:
                break
            with taken:
                self._try(taken)
            count += 1
        return count

    def _begun(self, entry: Entry) -> Entry:
        # Written down before: a message that ends its worker must not be the first one again when the next begins.
        attempts = entry.attempts + 1
        now = time.time()
        due = now + wait_seconds(self._settings(entry), attempts)
        return replace(entry, attempts=attempts, last_attempt=now, due=due, error=INTERRUPTED)

    def _try(self, taken: Taken) -> None:
        entry = taken.entry
        log = AuditLog(self._policy.log, SCRIPT) if self._policy.log else None
        try:
            result = self._attempt(entry)
        except SpoolError as error:
            result = Result(entry.recipients, (), f"the message cannot be read: {error.why}")
        if log:
            _tell_log(log, entry, result)
        after = self._after(entry, result)
        if after is None:
            taken.finish()
            self._tell(f"{entry.id}: delivered to {', '.join(entry.recipients)}")
            return
        taken.replace(after)
        if after.due is None:
            self._tell(f"{entry.id}: failed: {after.error}")
        else:
            seconds = max(after.due - time.time(), 0)
            self._tell(f"{entry.id}: again in {seconds:.0f} s: {after.error}")

    def _attempt(self, entry: Entry) -> Result:
        servers = tuple(target.address for target in self._targets(entry))
        if servers in self._unreachable:
            return Result(entry.recipients, (), self._unreachable[servers], unreachable=True)
        content = StoredContent(entry, lambda: self._store.read(entry.id))
        result = attempt(entry, content, self._policy, self._waiter)
        if result.unreachable:
            self._unreachable[servers] = result.error
        return result

    def _after(self, entry: Entry, result: Result) -> Entry | None:
        """The entry after an attempt; None where there is nothing left to do or to tell."""
        refused = entry.refused + result.refused
        if not result.left and not refused:
            return None
        spool = self._settings(entry)
        now = time.time()
        due, error = None, result.error
        if result.left and not result.final:
            if now - entry.created < spool.give_up_hours * 3600:
                due = now + wait_seconds(spool, entry.attempts)
            else:
                error = f"given up after {spool.give_up_hours:g} hours: {error}"
        if not result.left:
            error = "; ".join(f"{refusal.address}: {refusal.code} {refusal.text}" for refusal in refused)
        return replace(entry, recipients=result.left, refused=refused, due=due, error=error)

    def _settings(self, entry: Entry) -> Spool:
        """How the route of an entry, as the policy is now, would have this queue worked off."""
        found = (target.route.spool for target in self._targets(entry) if target.route.spool)
        return next((spool for spool in found if spool.place == self._spool.place), self._spool)

    def _targets(self, entry: Entry) -> Iterator[Target]:
        return targets(entry.call.plan(entry.originator, entry.call.addressed), self._policy)


def _tell_log(log: AuditLog, entry: Entry, result: Result) -> None:
    envelope = Envelope(entry.originator, entry.recipients, (), ())
    told = outcome(result.refused, envelope, True)
    if result.left:
        others = len(result.left) + len(result.refused) < len(entry.recipients)
        told["outcome"] = UNKNOWN if result.final else SENT if others else QUEUED
    error = {"error": result.error} if result.error else {}
    name = {"message_id": entry.message_id, "queued": [entry.id]}
    log.write(envelope, {**name, **told, **error, **of_session(result.session)})
    log.close()
