"""sendmessage: from options and a message to the servers in turn, and to what came of it."""

from __future__ import annotations

import sys

from tclsmtp.dialect import DEFAULT, get_dialect
from tclsmtp.errors import AuthError, ConnectError, OptionError, RefusedError, TlsError, UnknownOutcomeError
from tclsmtp.mime.part import Part
from tclsmtp.smtp.content import Content, digest, outgoing
from tclsmtp.smtp.envelope import Envelope, Plan, prepare, prepare_email
from tclsmtp.smtp.options import Options, Refusal, TlsSettings, check_header_name, parse_seconds
from tclsmtp.smtp.outcome import StaleConnection
from tclsmtp.smtp.session import Session
from tclsmtp.smtp.target import DEFAULT_PORT, targets
from tclsmtp.smtp.transport import host_name
from tclsmtp.smtp.waiting import SelectorWaiter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from email.message import EmailMessage

    from tclsmtp.dialect import Dialect
    from tclsmtp.policy.route import Policy
    from tclsmtp.smtp.keeping import Keeper, Keeping
    from tclsmtp.smtp.pool import Key, Pool
    from tclsmtp.smtp.target import Target
    from tclsmtp.smtp.waiting import Waiter
    from tclsmtp.smtp.watch import Watch

__all__ = [
    "Envelope",
    "Options",
    "Plan",
    "Refusal",
    "check_header_name",
    "parse_seconds",
    "prepare",
    "prepare_email",
    "sendmessage",
    "submit",
]


def submit(
    plan: Plan,
    part: Part,
    waiter: Waiter,
    dialect: Dialect,
    policy: Policy | None = None,
    keeper: Keeper | None = None,
    script: str = "",
    pool: Pool | None = None,
) -> list[Refusal]:
    """Send `part` as `plan` says, and `policy` decides; the answer are the recipients that the server refused.

    The servers are tried in turn until one exchanges greetings; that one gets the message, or nobody. An answer that
    is not empty may mean that nothing was sent: with `at_least_one` the other recipients got the message, without it
    nobody did (sessions/atleastone0 and atleastone1). Bcc recipients get theirs in a transaction of its own, whatever
    came of the first. What no server could take for a temporary reason is given to the `keeper`, where the policy has
    a spool for it, and then counts as sent. `script` is who sends it, for the audit log. `pool` keeps connections
    between calls, for routes that reuse them.

    Raises ConnectError, TlsError or AuthError with what became of the last server where none would talk, RefusedError
    where the server refused the originator or the message, UnknownOutcomeError where it may have it, and what the
    builder raises for a message that cannot be built, before it was offered to anybody. PolicyError where the policy
    has a log or a folder for rehearsal that cannot be written to; nothing was sent then.
    """
    if policy is None or not policy.watches:
        return _Submission(plan, part, waiter, dialect, policy, keeper, pool).run(targets(plan, policy))
    from tclsmtp.smtp.watch import Watch

    with Watch(plan, policy, script) as watch:
        keeper = watch.noting(keeper)
        submission = _Submission(watch.plan, part, waiter, dialect, policy, keeper, pool, watch)
        if policy.capture:
            return watch.capture(submission.contents())
        return watch.settled(submission.run(targets(plan, policy)))


class _Submission:
    """One call of sendmessage, on its way from server to server."""

    def __init__(
        self,
        plan: Plan,
        part: Part,
        waiter: Waiter,
        dialect: Dialect,
        policy: Policy | None,
        keeper: Keeper | None,
        pool: Pool | None,
        watch: Watch | None = None,
    ) -> None:
        self._plan = plan
        self._part = part
        self._waiter = waiter
        self._dialect = dialect
        self._pool = pool
        self._watch = watch
        self._keeping = _keeping(plan, policy, keeper)
        self._message: Part | None = None
        self._contents: list[Content] = []
        self._count = bool(plan.envelope.recipients) + bool(plan.envelope.blind)
        """How many messages it makes: one, and a digest for those who are not named."""

    def begin(self) -> Part:
        """The message as a part that goes out."""
        if self._message is None:
            plan, options = self._plan, self._plan.options
            self._message = outgoing(self._part, plan.envelope, plan.host, options.new_id, options.new_date)
        return self._message

    def contents(self) -> list[Content]:
        """The message, and after it the digest for those who are not named, if any. Built the first time only."""
        if not self._contents:
            plan, options, message = self._plan, self._plan.options, self.begin()
            contents = [Content(message, self._dialect)]
            if plan.envelope.blind:
                blind = digest(message, plan.envelope, plan.host, options.new_id, options.new_date)
                contents.append(Content(blind, self._dialect))
            self._contents = self._watch.built(contents) if self._watch else contents
        return self._contents

    def run(self, goals: Iterable[Target]) -> list[Refusal]:
        """Send it to the first of the servers that will talk; see `submit`."""
        keeping = self._keeping
        failures: list[ConnectError | TlsError | AuthError] = []
        for target in goals:
            try:
                return self._send_to(target)
            except (ConnectError, TlsError, AuthError) as error:
                failures.append(error)
        if keeping and keeping.can_replace(*failures):
            return keeping.instead_of(failures[-1], self.contents())
        raise failures[-1] if failures else OptionError("-servers names no server")

    def _send_to(self, target: Target) -> list[Refusal]:
        reuse, key = target.route.reuse, None
        if self._pool and reuse:
            key = self._pool.key_of(self._plan, target)
            kept = self._pool.take(key, target, reuse.messages - self._count)
            if kept is not None:
                with self._session(target) as session:
                    session.adopt(kept)
                    try:
                        return self._deliver_or_spool(session, key)
                    except StaleConnection:
                        session.tell("    ... it has ended ...")
        with self._session(target) as session:
            session.connect()
            # While the server writes its banner, and then thinks about EHLO, the message is made.
            self.begin()
            session.greet(self.contents)
            return self._deliver_or_spool(session, key)

    def _session(self, target: Target) -> Session:
        session = Session(self._plan, target, self._waiter)
        if self._watch:
            self._watch.tries(session)
        return session

    def _deliver_or_spool(self, session: Session, key: Key | None) -> list[Refusal]:
        try:
            return self._deliver(session, key)
        except RefusedError as error:
            if self._keeping and self._keeping.can_replace(error):
                if self._watch:
                    self._watch.named(session.refusals)
                return self._keeping.instead_of(error, self.contents(), session.refusals)
            raise

    def _deliver(self, session: Session, key: Key | None) -> list[Refusal]:
        envelope, at_least_one = self._plan.envelope, self._plan.options.at_least_one
        contents = self.contents()
        reuse = session.target.route.reuse
        quits = key is None or reuse is None or session.messages + self._count >= reuse.messages
        refusals: list[Refusal] = []
        if envelope.recipients:
            then_quit = quits and not envelope.blind
            refusals += session.transact(envelope.recipients, contents[0], at_least_one, then_quit=then_quit)
            if self._watch:
                self._watch.named(refusals)
            if self._keeping:
                self._keeping.note(envelope.recipients, refusals, contents[0])
        if envelope.blind:
            refusals += self._send_digest(session, envelope.blind, contents[1], quits)
        kept = None if quits else session.release()
        if self._pool and reuse and key and kept:
            self._pool.put(key, reuse, kept)
        else:
            session.quit()
        return self._keeping.settle(refusals) if self._keeping else refusals

    def _send_digest(
        self, session: Session, recipients: tuple[str, ...], content: Content, quits: bool
    ) -> list[Refusal]:
        """The others have their message by now: a refusal of it all is one of each recipient."""
        unknown = False
        try:
            refusals = session.transact(recipients, content, self._plan.options.at_least_one, then_quit=quits)
        except RefusedError as error:
            named = {refusal.address for refusal in session.refusals}
            others = [Refusal(address, error.code, error.diagnostic) for address in recipients if address not in named]
            refusals = session.refusals + others
            unknown = isinstance(error, UnknownOutcomeError)
        if self._keeping and not unknown:
            self._keeping.note(recipients, refusals, content)
        return refusals


def _keeping(plan: Plan, policy: Policy | None, keeper: Keeper | None) -> Keeping | None:
    if policy is None or keeper is None or not policy.spools:
        return None
    from tclsmtp.smtp.keeping import Keeping

    return Keeping.begin(keeper, plan, policy)


def sendmessage(
    message: Part | EmailMessage,
    *,
    servers: str | Sequence[str] = ("localhost",),
    ports: int | Sequence[int] = (DEFAULT_PORT,),
    originator: str | None = None,
    recipients: str | Iterable[str] | None = None,
    headers: Iterable[tuple[str, str]] = (),
    at_least_one: bool = False,
    queue: bool = False,
    client: str | None = None,
    max_seconds: float | None = 120,
    use_tls: bool = True,
    tls_policy: Callable[[int, str], str] | None = None,
    tls_import: bool = False,
    tls: TlsSettings | None = None,
    username: str | None = None,
    password: str | None = None,
    debug: bool = False,
    dialect: str | Dialect = DEFAULT,
    policy: Policy | None = None,
    keeper: Keeper | None = None,
    pool: Pool | None = None,
    waiter: Waiter | None = None,
) -> list[Refusal]:
    """Send a message as tcllib's smtp::sendmessage does, without any Tcl; the answer are the recipients refused.

    With a Part the options mean what they mean there: originator and recipients, where not given, are those of
    `headers`, never of the Part itself. With an email.message.EmailMessage they are those of its own headers (Sender
    or From; To, Cc and Bcc), as smtplib's send_message has it, and its Bcc header is not sent. An empty `originator` is
    the null sender. `recipients` is an address list or an iterable of addresses. `max_seconds` is how long the server
    may take over the message, None and 0 for ever. With `tls_import` TLS begins with the first byte. `tls` says how TLS
    is made, then or where the server offers it; with a username the certificate is verified in any case. `debug` writes
    the dialogue to standard error. `keeper` takes what no server could take for now, where the policy has a spool for
    it: tclsmtp.spool.keeper.Spooler. `pool` keeps connections between calls, where the policy has routes that reuse
    them.

    Raises what `prepare` and `submit` raise.
    """
    options = Options(
        servers=(servers,) if isinstance(servers, str) else tuple(servers),
        ports=(ports,) if isinstance(ports, int) else tuple(ports),
        client=client or "",
        queue=queue,
        at_least_one=at_least_one,
        originator=originator,
        recipients=recipients if isinstance(recipients, str) else ", ".join(recipients or ()),
        headers=tuple(headers),
        max_seconds=max_seconds or 0,
        use_tls=use_tls,
        tls_policy=tls_policy,
        tls_import=tls_import,
        tls=lambda: tls or TlsSettings(),
        username=username or "",
        password=password or "",
        debug=_write_to_stderr if debug else None,
        host=host_name(),
    )
    if isinstance(message, Part):
        plan, part = prepare(options), message
    else:
        plan, part = prepare_email(options, message), Part.from_email(message)
    script = sys.argv[0] if sys.argv else ""
    return submit(plan, part, waiter or SelectorWaiter(), get_dialect(dialect), policy, keeper, script, pool)


def _write_to_stderr(line: str) -> None:
    print(line, file=sys.stderr)
