"""TLS and AUTH: what a session does between the greetings and the first message, where the options ask for it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tclsmtp.errors import AuthError, CredentialError, SaslError, ServerProofError, TlsError, TlsTimeoutError
from tclsmtp.smtp.protocol import AUTH, AUTHENTICATING, SASL, STARTTLS
from tclsmtp.smtp.running import run_command
from tclsmtp.smtp.sasl import Credentials, choose, missing
from tclsmtp.smtp.transport import TlsFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tclsmtp.smtp.options import TlsSettings
    from tclsmtp.smtp.sasl import Mechanism
    from tclsmtp.smtp.session import Session

AUTHENTICATED = 235
NOT_OFFERED = 502
"""The code of a server that does not implement a command (RFC 5321, 4.2.4)."""

CANCEL = "*"

HANDSHAKE_SECONDS = 300
"""How long the server may take over the handshake: as long as over the STARTTLS before it."""

FAILED = 454
"""The code with which -tlspolicy is asked after a failed handshake: a server that cannot do TLS just now says it with
this one (RFC 3207, 4)."""


def begin_inside_tls(session: Session) -> None:
    """TLS from the first byte (-tlsimport). Raises TlsError; see `start_tls` for what -tlspolicy may say to that."""
    settings = session.target.tls_settings()
    try:
        _handshake(session, settings)
    except TlsFailure as failure:
        error = _error(session, failure)
        _ask_policy(session, error, "secure")
        if not failure.certificate:
            raise error from failure
        session.connect()
        _shake_again(session, settings)


def start_tls(session: Session) -> None:
    """STARTTLS and the handshake (RFC 3207), and the greeting anew.

    Where the server refuses, -tlspolicy is asked with its code and text, and without one the session goes on without
    TLS. Where the handshake fails or the certificate is not trusted, -tlspolicy is asked with 454 and the reason, and
    without one that is the end. If it says "insecure" then, the session connects once more, and does not look at the
    certificate, or does without TLS where that was not what failed.

    Raises TlsError where TLS is to be and is not, and ConnectError as `greet`.
    """
    settings = session.target.tls_settings()
    if not _ask_server(session):
        return
    try:
        _handshake(session, settings)
    except TlsFailure as failure:
        _ask_policy(session, _error(session, failure), "secure")
        session.connect()
        session.say_hello()
        if not failure.certificate or "STARTTLS" not in session.conversation.extensions or not _ask_server(session):
            return
        _shake_again(session, settings)
    session.conversation.secured()
    session.say_hello()


def _ask_server(session: Session) -> bool:
    """STARTTLS: whether the server is ready for the handshake."""
    if "STARTTLS" not in session.conversation.extensions:
        raise _refusal(session, NOT_OFFERED, "the server does not offer it, and the policy requires it")
    reply = session.exchange(STARTTLS)
    if not session.conversation.accepted:
        if reply.lost:
            raise session.no_answer(STARTTLS, reply)
        _ask_policy(session, _refusal(session, reply.code, reply.text), "insecure")
        return False
    if session.conversation.has_unread():
        # Whoever put that on the way wants it taken for what the server says inside TLS (CVE-2011-0411).
        raise _refusal(session, reply.code, "the server said more, in the clear, than its reply")
    return True


def _handshake(session: Session, settings: TlsSettings) -> None:
    # Here, as ssl takes its time to be imported.
    from tclsmtp.smtp.secure_transport import SecureTransport

    assert session.transport is not None
    secure = SecureTransport(session.transport, settings, session.server)
    session.transport = secure
    secure.handshake(HANDSHAKE_SECONDS)
    session.secured = secure.state()


def _shake_again(session: Session, settings: TlsSettings) -> None:
    """A handshake that does not look at the certificate, which -tlspolicy has been asked about."""
    try:
        _handshake(session, replace(settings, verify=False))
    except TlsFailure as failure:
        raise _error(session, failure) from failure


def _ask_policy(session: Session, error: TlsError, default: str) -> None:
    """Go on only where -tlspolicy answers "insecure", as tcllib does; without one the default is its answer.

    Where the operator decided, nobody else is asked.
    """
    if session.target.operator_insists:
        raise error
    policy = session.options.tls_policy
    if (policy(error.code, error.text) if policy else default) != "insecure":
        raise error


def _error(session: Session, failure: TlsFailure) -> TlsError:
    kind = TlsTimeoutError if failure.timed_out else TlsError
    return kind(session.server, session.port, STARTTLS, FAILED, str(failure))


def _refusal(session: Session, code: int, text: str) -> TlsError:
    return TlsError(session.server, session.port, STARTTLS, code, text)


def authenticate(session: Session) -> str:
    """AUTH (RFC 4954), one mechanism after the other, the strongest first, until the server takes one.

    The answer is "" then, and otherwise what to tell of it in a later refusal: tcllib goes on unauthenticated. A
    mechanism that shows the server the password is used only where nobody else can see it: in TLS with a certificate
    that was verified, or on this machine.

    Raises ConnectError where the server is lost over it, AuthError where it cannot prove that it knows the password,
    and where credentials are the operator's: those that cannot be had, or that no mechanism took.
    """
    failure = _authenticate(session)
    if failure and session.target.has_own_credentials:
        raise AuthError(session.server, session.port, failure)
    return failure


def _authenticate(session: Session) -> str:
    offered = session.conversation.extensions.get("AUTH")
    if offered is None:
        return _report(session, ["the server offers no AUTH"])
    names = offered.split()
    failures = []
    for mechanism in _mechanisms(session, names):
        if mechanism.plain_text and not _is_private(session):
            failures.append(f"AUTH {mechanism.name} not used: the connection is not verified TLS")
        elif failure := _try(session, mechanism):
            session.tell(f"AUTH {mechanism.name} failed: {failure}")
            failures.append(f"AUTH {mechanism.name} failed: {failure}")
        else:
            session.mechanism = mechanism.name
            return ""
    failures += missing(names)
    return _report(session, failures or [f"no AUTH mechanism in common: the server offers {offered}"])


def _mechanisms(session: Session, offered: list[str]) -> Iterator[Mechanism]:
    """The mechanisms to try, in their order: the operator's, where he chose some."""
    wanted = session.target.route.auth
    if wanted is None:
        yield from _known(session, offered)
        return
    names = {name.upper() for name in offered}
    for name in wanted:
        if name in names:
            yield from _known(session, [name])


def _known(session: Session, offered: list[str]) -> Iterator[Mechanism]:
    oauth = session.target.route.oauth
    try:
        if oauth is None:
            credentials = _credentials(session)
            yield from choose(offered, credentials, host=session.server, certificate=_certificate(session))
            return
        run = partial(run_command, session.waiter)
        for name in offered:
            token = oauth.token(run)
            yield from _with_token(session, name, token)
            # It was not taken. One that was kept may have ended before its time: a fresh one is tried, once.
            oauth.forget(token)
            fresh = oauth.token(run)
            if fresh != token:
                yield from _with_token(session, name, fresh)
    except CredentialError as error:
        raise AuthError(session.server, session.port, str(error)) from error


def _with_token(session: Session, name: str, token: str) -> Iterator[Mechanism]:
    from tclsmtp.smtp.sasl_oauth import choose_oauth

    credentials = Credentials(_username(session), token)
    return choose_oauth([name], credentials, host=session.server, port=session.port)


def _credentials(session: Session) -> Credentials:
    own = session.target.route.credentials
    username, password = _username(session), session.options.password
    if own is not None and own.password is not None:
        password = own.password.get(partial(run_command, session.waiter), username)
    return Credentials.from_tcl(username, password)


def _username(session: Session) -> str:
    own = session.target.route.credentials
    if own is not None and own.username is not None:
        return own.username.get(partial(run_command, session.waiter))
    if not session.options.username:
        raise CredentialError("the policy gives no username, and neither does the script")
    return session.options.username


def _report(session: Session, failures: Iterable[str]) -> str:
    from tclsmtp.smtp.log import logger

    told = "; ".join(failures)
    logger().warning("%s:%s: %s", session.server, session.port, told)
    return told


def _certificate(session: Session) -> bytes | None:
    return session.transport.certificate() if session.transport else None


def _is_private(session: Session) -> bool:
    transport = session.transport
    assert transport is not None
    return (session.secured is not None and session.secured.verified) or transport.is_local()


def _try(session: Session, mechanism: Mechanism) -> str:
    """Authenticate; "" or why the server would not."""
    conversation = session.conversation
    reply = session.exchange(AUTH, mechanism.name)
    try:
        while conversation.state == AUTHENTICATING:
            reply = session.exchange(SASL, mechanism.answer(reply.text))
        if not reply.lost and reply.code == AUTHENTICATED:
            mechanism.finish()
            return ""
    except ServerProofError as error:
        raise AuthError(session.server, session.port, str(error)) from error
    except SaslError as error:
        reply = session.exchange(SASL, CANCEL)
        if conversation.state != AUTHENTICATING and not reply.lost:
            return error.why
    if reply.lost or conversation.state == AUTHENTICATING:
        raise session.no_answer(AUTH, reply)
    return f"{reply.code} {reply.text}"
