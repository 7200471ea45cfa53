"""One more attempt at a message of a queue."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tclsmtp.errors import AuthError, ConnectError, RefusedError, TlsError, UnknownOutcomeError
from tclsmtp.smtp.keeping import for_good, is_temporary, may_pass
from tclsmtp.smtp.session import Session
from tclsmtp.smtp.target import targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from tclsmtp.policy.route import Policy
    from tclsmtp.smtp.content import Content
    from tclsmtp.smtp.options import Refusal
    from tclsmtp.smtp.waiting import Waiter
    from tclsmtp.spool.entry import Entry


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an attempt: who is `left`, who was `refused` for good, and why in words.

    With `final` those that are left are not to be tried again. `session` is that with the server that was asked last.
    With `unreachable` there was no server to be asked.
    """

    left: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    error: str = ""
    final: bool = False
    session: Session | None = None
    unreachable: bool = False


def attempt(entry: Entry, content: Content, policy: Policy | None, waiter: Waiter) -> Result:
    """Offer a message to the servers that the policy, as it is now, has for it, in turn until one talks.

    A server that may have the message and did not say so ends it, as in sendmessage. One that cannot be talked to,
    whatever the reason, does not: the operator can put it right. Raises SpoolError where the message cannot be read.
    """
    call = entry.call
    plan = call.plan(entry.originator, entry.recipients)
    error = "-servers names no server"
    session: Session | None = None
    unreachable = True
    for target in targets(call.plan(entry.originator, call.addressed), policy):
        session = Session(plan, target, waiter)
        try:
            with session:
                session.connect()
                session.greet()
                refusals = session.transact(entry.recipients, content, True, then_quit=True)
                session.quit()
                return replace(_after(entry, refusals), session=session)
        except (ConnectError, TlsError, AuthError) as failure:
            error = str(failure)
            unreachable = unreachable and isinstance(failure, ConnectError) and failure.step == "connect"
        except RefusedError as failure:
            return replace(_refused(entry, failure, session.refusals), session=session)
    return Result(entry.recipients, (), error, session=session, unreachable=unreachable)


def _after(entry: Entry, refusals: Sequence[Refusal]) -> Result:
    refused = tuple(refusal for refusal in refusals if not may_pass(refusal))
    left = tuple(refusal.address for refusal in refusals if may_pass(refusal))
    error = "; ".join(f"{refusal.address}: {refusal.code} {refusal.text}" for refusal in refusals)
    return Result(left, refused, error)


def _refused(entry: Entry, failure: RefusedError, refusals: Sequence[Refusal]) -> Result:
    refused = tuple(for_good(failure, refusals))
    out = {refusal.address for refusal in refused}
    left = tuple(address for address in entry.recipients if address not in out)
    error = str(failure)
    if isinstance(failure, UnknownOutcomeError) and "not known" not in error:
        error += " (it is not known whether the message was delivered)"
    return Result(left, refused, error, final=not is_temporary(failure))
