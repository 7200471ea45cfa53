"""What the operator wants of each message besides its being sent: rehearsal, and a line in the audit log."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from tclsmtp.policy.route import Policy, Route
    from tclsmtp.smtp.audit import AuditLog
    from tclsmtp.smtp.content import Content
    from tclsmtp.smtp.envelope import Plan
    from tclsmtp.smtp.keeping import Keeper, Unsent
    from tclsmtp.smtp.options import Refusal
    from tclsmtp.smtp.session import Session


class _Noting:
    """A keeper that adds the names of what another one kept to a list."""

    def __init__(self, keeper: Keeper, names: list[str]) -> None:
        self._keeper = keeper
        self._names = names

    def keep(self, route: Route, plan: Plan, messages: Sequence[Unsent], why: str) -> Sequence[str]:
        """As Keeper.keep."""
        kept = self._keeper.keep(route, plan, messages, why)
        self._names += kept
        return kept


class Watch:
    """One call of sendmessage under a policy with a capture, a redirect or a log; a context manager.

    `plan` is what really goes out. Leaving the block writes the line of the log, also where that is by an error.
    Raises PolicyError where the log cannot be opened; then nothing was sent.
    """

    def __init__(self, plan: Plan, policy: Policy, script: str) -> None:
        self._meant = plan
        self._policy = policy
        self._script = script
        self._log: AuditLog | None = None
        self._message_id = ""
        self._session: Session | None = None
        self._refusals: Sequence[Refusal] = ()
        self._of_the_named: Sequence[Refusal] = ()
        self._queued: list[str] = []
        self.plan = plan
        if policy.redirect:
            from tclsmtp.smtp.rehearsal import redirected

            self.plan = redirected(plan, policy.redirect)

    def __enter__(self) -> Self:
        if self._policy.log:
            from tclsmtp.smtp.audit import AuditLog

            self._log = AuditLog(self._policy.log, self._script)
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if self._log is not None:
            self._write(self._log, error)
            self._log.close()

    def built(self, contents: list[Content]) -> list[Content]:
        """The messages as they go out, from what was built."""
        self._message_id = contents[0].message_id
        if self._policy.capture or not self._policy.redirect:
            return contents
        from tclsmtp.smtp.rehearsal import with_envelopes

        return with_envelopes(self._meant, contents)

    def capture(self, contents: Sequence[Content]) -> list[Refusal]:
        """Write the messages to the folder; nobody refuses them there. Raises PolicyError where that cannot be."""
        from tclsmtp.smtp.rehearsal import capture

        keys = capture(self._meant, contents, self._policy.capture)
        if self._meant.options.debug:
            self._meant.options.debug(f"captured in {self._policy.capture}, nothing sent: {' '.join(keys)}")
        return []

    def tries(self, session: Session) -> None:
        """A server is to be tried."""
        self._session = session

    def named(self, refusals: Sequence[Refusal]) -> None:
        """Those are the refusals of the recipients that are not blind ones."""
        self._of_the_named = tuple(refusals)

    def noting(self, keeper: Keeper | None) -> Keeper | None:
        """The keeper, whose names for what it kept are told to the log."""
        return keeper and _Noting(keeper, self._queued)

    def settled(self, refusals: list[Refusal]) -> list[Refusal]:
        """The refusals as they are about the recipients that were meant."""
        if self._policy.redirect:
            from tclsmtp.smtp.rehearsal import in_place_of

            envelope = self._meant.envelope
            groups = ((each, any(each is named for named in self._of_the_named)) for each in refusals)
            refusals = [
                refusal
                for each, is_named in groups
                for refusal in in_place_of(envelope.recipients if is_named else envelope.blind, [each])
            ]
        self._refusals = refusals
        return refusals

    def _write(self, log: AuditLog, error: BaseException | None) -> None:
        from tclsmtp.smtp.audit import CAPTURED, QUEUED, failure, of_session, outcome

        if error is not None:
            told = failure(error)
        elif self._policy.capture:
            told = {"outcome": CAPTURED}
        else:
            told = outcome(self._refusals, self._meant.envelope, self._meant.options.at_least_one)
        if self._queued:
            told |= {"outcome": QUEUED, "queued": self._queued}
        redirect = {"redirect": self._policy.redirect} if self._policy.redirect else {}
        log.write(
            self._meant.envelope,
            {"message_id": self._message_id, **redirect, **told, **of_session(self._session)},
        )
