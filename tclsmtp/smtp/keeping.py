"""Messages that no server takes for now: which they are, and the seam to what keeps them for another attempt."""

from __future__ import annotations

from dataclasses import dataclass

from tclsmtp.errors import ConnectError, RefusedError, SpoolError, TclsmtpError, TlsError, UnknownOutcomeError
from tclsmtp.smtp.log import logger
from tclsmtp.smtp.protocol import MAIL
from tclsmtp.smtp.target import targets
from tclsmtp.smtp.transport import TlsFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn, Protocol, Self

    from tclsmtp.policy.route import Policy, Route
    from tclsmtp.smtp.content import Content
    from tclsmtp.smtp.envelope import Plan
    from tclsmtp.smtp.options import Refusal

    class Keeper(Protocol):
        """Keeps messages for another attempt."""

        def keep(self, route: Route, plan: Plan, messages: Sequence[Unsent], why: str) -> Sequence[str]:
            """Keep them in the spool of the route, safe on disk when this returns, all or none; what each is called.

            `plan` is the call that they come from, and `why` the reason that they are not sent. Raises SpoolError.
            """


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that recipients did not get yet."""

    originator: str
    recipients: tuple[str, ...]
    content: Content


def is_temporary(error: TclsmtpError) -> bool:
    """Whether the same message may fare better later, and is at no server now.

    That is a server that cannot be talked to, or says 4xx, or is lost before it has the whole message. It is not one
    whose certificate is not trusted, that does not take the credentials, or that may have the message.
    """
    match error:
        case UnknownOutcomeError():
            return False
        case RefusedError():
            return _is_4xx(error.code)
        case TlsError():
            failure = error.__context__
            return _is_4xx(error.code) and not (isinstance(failure, TlsFailure) and failure.certificate)
        case ConnectError():
            return error.step == "connect" or not (error.why[:1] == "5" and error.why[:3].isdecimal())
    return False


def for_good(error: TclsmtpError, refusals: Sequence[Refusal]) -> list[Refusal]:
    """Those of the recipients refused in a transaction that ended in an error who need not be tried again."""
    if isinstance(error, RefusedError) and error.step == MAIL:
        return []  # without a sender there can be no recipients: that says nothing about them
    return [refusal for refusal in refusals if not may_pass(refusal)]


def may_pass(refusal: Refusal) -> bool:
    """Whether a recipient may be taken later."""
    return _is_4xx(refusal.code)


def _is_4xx(code: int) -> bool:
    return 400 <= code < 500


class Keeping:
    """What is to be kept of one call of sendmessage, and what the script hears of it then."""

    def __init__(self, keeper: Keeper, plan: Plan, route: Route, obstacle: str) -> None:
        self._keeper = keeper
        self._plan = plan
        self._route = route
        self._obstacle = obstacle
        self._unsent: list[Unsent] = []
        self._covered: list[Refusal] = []

    @classmethod
    def begin(cls, keeper: Keeper, plan: Plan, policy: Policy) -> Self | None:
        """For a call whose servers' routes have a spool; None where none has."""
        goals = list(targets(plan, policy))
        route = next((goal.route for goal in goals if goal.route.spool), None)
        if route is None:
            return None
        # They are not written down, and without them the message would go out as somebody else's, or not at all.
        bound = any(goal.authenticates and not goal.route.authenticates_alone for goal in goals)
        obstacle = "it needs the script's -username and -password, which are never written down" if bound else ""
        return cls(keeper, plan, route, obstacle)

    def can_replace(self, *errors: TclsmtpError) -> bool:
        """Whether all that went wrong may pass."""
        return bool(errors) and all(map(is_temporary, errors))

    def instead_of(
        self, error: TclsmtpError, contents: Sequence[Content], refusals: Sequence[Refusal] = ()
    ) -> list[Refusal]:
        """Keep it all in place of raising `error`; the answer are the `refusals` that stand.

        Raises the error where the message cannot be kept, with a note that says why.
        """
        envelope = self._plan.envelope
        final = for_good(error, refusals)
        refused = {refusal.address for refusal in final}
        left = tuple(name for name in envelope.recipients if name not in refused)
        if left:
            self._unsent.append(Unsent(envelope.originator, left, contents[0]))
        if envelope.blind:
            self._unsent.append(Unsent(envelope.originator, envelope.blind, contents[1]))
        try:
            self._keep(str(error))
        except SpoolError as failure:
            self._fail(error, failure)
        return final

    def note(self, recipients: tuple[str, ...], refusals: Sequence[Refusal], content: Content) -> None:
        """Those are refusals of a transaction with the recipients: see what of it can be made good later.

        Without -atleastone nobody got the message if one recipient was refused; then it is all or nothing here too.
        """
        late = list(filter(may_pass, refusals))
        names = tuple(refusal.address for refusal in late)
        if refusals and not self._plan.options.at_least_one:
            if len(late) < len(refusals):
                return
            names = recipients
        if names:
            self._unsent.append(Unsent(self._plan.envelope.originator, names, content))
            self._covered += late

    def settle(self, refusals: list[Refusal]) -> list[Refusal]:
        """Keep what was noted; the answer are the refusals that stand: all of them where it cannot be kept."""
        if not self._unsent:
            return refusals
        first = self._covered[0]
        try:
            self._keep(f"{first.address}: {first.code} {first.text}")
        except SpoolError as failure:
            self._tell(f"not queued: {failure}")
            return refusals
        return [refusal for refusal in refusals if not any(refusal is covered for covered in self._covered)]

    def _keep(self, why: str) -> None:
        if not self._unsent:
            return
        if self._obstacle:
            assert self._route.spool is not None
            raise SpoolError(self._route.spool.place, self._obstacle)
        for name in self._keeper.keep(self._route, self._plan, self._unsent, why):
            self._tell(f"queued as {name}: {why}")

    def _fail(self, error: TclsmtpError, failure: SpoolError) -> NoReturn:
        self._tell(f"not queued: {failure}")
        error.add_note(f"not queued: {failure}")
        raise error

    def _tell(self, line: str) -> None:
        logger().warning("%s", line)
        if self._plan.options.debug:
            self._plan.options.debug(line)
