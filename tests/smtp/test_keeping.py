"""What becomes of a message that no server takes for now: which is kept, and what the script hears."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from tclsmtp.dialect import DEFAULT
from tclsmtp.errors import (
    AuthError,
    ConnectError,
    MimeError,
    RefusedError,
    ReplyTimeoutError,
    SpoolError,
    TclsmtpError,
    TlsError,
    UnknownOutcomeError,
)
from tclsmtp.mime.part import Part
from tclsmtp.policy import Policy, Route
from tclsmtp.policy.credentials import Credentials, Secret
from tclsmtp.policy.spooling import Spool
from tclsmtp.smtp.envelope import Plan
from tclsmtp.smtp.keeping import Unsent, is_temporary
from tclsmtp.smtp.options import Options, Refusal
from tclsmtp.smtp.submit import prepare, submit
from tclsmtp.smtp.waiting import SelectorWaiter
from tests.smtp.sending import BANNER, BLIND, DATA, EHLO, HEADERS, MAIL, RCPT, SENT, A, B, X, Y, text
from tests.smtp.server import ScriptedServer, Step, read_to_end_of_data, reset
from tests.support.certificates import server_context
from tests.support.sink import Rules, Sink

SPOOL = Spool(path="/queue")
NOBODY = 1


class Shelf:
    """Keeps messages in memory."""

    def __init__(self, failure: SpoolError | None = None) -> None:
        self.kept: list[tuple[tuple[str, ...], bytes]] = []
        self.reasons: list[str] = []
        self._failure = failure

    def keep(self, route: Route, plan: Plan, messages: Sequence[Unsent], why: str) -> list[str]:
        assert route.spool == SPOOL
        if self._failure:
            raise self._failure
        self.kept += [(message.recipients, b"".join(message.content.chunks())) for message in messages]
        self.reasons.append(why)
        return [f"{number}" for number in range(len(messages))]

    @property
    def recipients(self) -> list[tuple[str, ...]]:
        return [recipients for recipients, _ in self.kept]


def send(
    port: int, shelf: Shelf, part: Part | None = None, route: Route | None = None, **options: Any
) -> list[Refusal]:
    given: dict[str, Any] = {"servers": ("127.0.0.1",), "ports": (port,), "headers": HEADERS, "max_seconds": 60}
    plan = prepare(Options(**given | {"host": "client.example"} | options))
    policy = Policy((route or Route(spool=SPOOL),))
    return submit(plan, part or text(), SelectorWaiter(), DEFAULT, policy, shelf)


def refusing(**replies: str) -> Rules:
    names = {"end": ".", "a": f"RCPT TO:<{A}", "b": f"RCPT TO:<{B}", "x": f"RCPT TO:<{X}", "y": f"RCPT TO:<{Y}"}
    return Rules(replies={names.get(key, key): reply for key, reply in replies.items()})


def test_a_message_is_kept_where_no_server_can_be_reached() -> None:
    shelf = Shelf()
    assert send(NOBODY, shelf, headers=(*HEADERS, BLIND)) == []
    assert shelf.recipients == [(A, B), (X, Y)]
    assert shelf.kept[0][1].endswith(b"\r\n\r\nHello.\r\n")
    assert b"multipart/digest" in shelf.kept[1][1]
    assert shelf.reasons == ["127.0.0.1:1: connect: connection refused"]


@pytest.mark.parametrize(
    "rules",
    [
        refusing(MAIL="451 later"),
        refusing(DATA="451 later"),
        refusing(end="452 later"),
        refusing(a="450 later", b="450 later"),
        refusing(a="450 later"),
        refusing(EHLO="421 later"),
        Rules(banner="421 later"),
        Rules(faults={"MAIL": "close"}),
        Rules(faults={"RCPT": "close"}),
        Rules(faults={"DATA": "close"}),
        Rules(faults={"EHLO": "close"}),
    ],
)
def test_a_message_is_kept_where_the_server_says_4xx_or_is_lost_before_it_has_it(rules: Rules) -> None:
    shelf = Shelf()
    with Sink(rules) as sink:
        assert send(sink.port, shelf) == []
    assert shelf.recipients == [(A, B)]
    assert [message for session in sink.sessions for message in session.messages] == []


@pytest.mark.parametrize("script", [[], BANNER, EHLO, MAIL, RCPT], ids=len)
def test_a_message_is_kept_where_a_reply_takes_too_long(script: list[Step]) -> None:
    shelf = Shelf()
    with ScriptedServer(script) as server:
        assert send(server.port, shelf, route=Route(spool=SPOOL, reply_seconds=0.05)) == []
    assert shelf.recipients == [(A, B)]


@pytest.mark.parametrize(
    ("rules", "kind"),
    [
        (refusing(MAIL="550 never"), RefusedError),
        (refusing(DATA="554 never"), RefusedError),
        (refusing(end="554 never"), RefusedError),
        (Rules(banner="554 never"), ConnectError),
        (Rules(faults={".": "close"}), UnknownOutcomeError),
        (Rules(faults={".": "garbage"}), UnknownOutcomeError),
    ],
)
def test_an_error_stays_one_where_it_is_for_good_or_the_server_may_have_the_message(
    rules: Rules, kind: type[TclsmtpError]
) -> None:
    shelf = Shelf()
    with Sink(rules) as sink, pytest.raises(kind):
        send(sink.port, shelf)
    assert shelf.kept == []


def test_a_connection_broken_after_the_end_of_the_message_is_not_known_and_not_kept() -> None:
    shelf = Shelf()
    with ScriptedServer([*DATA, read_to_end_of_data, reset]) as server, pytest.raises(UnknownOutcomeError):
        send(server.port, shelf)
    assert shelf.kept == []


def test_a_certificate_that_is_not_trusted_keeps_being_an_error() -> None:
    shelf = Shelf()
    route = Route(spool=SPOOL, tls="required", verify="always")
    with Sink(Rules(tls=server_context(self_signed=True))) as sink, pytest.raises(TlsError, match="not trusted"):
        send(sink.port, shelf, route=route)
    assert shelf.kept == []


def test_tls_that_the_server_cannot_do_just_now_may_pass() -> None:
    shelf = Shelf()
    rules = Rules(tls=server_context(), replies={"STARTTLS": "454 not now"})
    with Sink(rules) as sink:
        assert send(sink.port, shelf, route=Route(spool=SPOOL, tls="required")) == []
    assert shelf.recipients == [(A, B)]


def test_one_server_that_refuses_for_good_is_enough_for_an_error() -> None:
    shelf = Shelf()
    with Sink(Rules(banner="554 never")) as sink, pytest.raises(ConnectError):
        send(sink.port, shelf, servers=("127.0.0.1", "127.0.0.1"), ports=(sink.port, NOBODY))
    assert shelf.kept == []


def test_without_a_spool_in_the_route_nothing_is_kept() -> None:
    shelf = Shelf()
    with pytest.raises(ConnectError):
        send(NOBODY, shelf, route=Route())
    assert shelf.kept == []


def test_with_atleastone_it_is_kept_for_those_whose_turn_comes_later() -> None:
    shelf = Shelf()
    with Sink(refusing(a="450 later")) as sink:
        assert send(sink.port, shelf, at_least_one=True) == []
    assert shelf.recipients == [(A,)]
    assert [message.recipients for message in sink.sessions[0].messages] == [[f"RCPT TO:<{B}>"]]
    assert shelf.reasons == [f"{A}: 450 later"]


def test_with_atleastone_those_refused_for_good_are_told() -> None:
    shelf = Shelf()
    with Sink(refusing(a="450 later", b="550 never")) as sink:
        assert send(sink.port, shelf, at_least_one=True) == [Refusal(B, 550, "never")]
    assert shelf.recipients == [(A,)]


def test_also_where_the_message_itself_is_refused_for_now() -> None:
    shelf = Shelf()
    with Sink(refusing(b="550 never", end="451 later")) as sink:
        assert send(sink.port, shelf, at_least_one=True) == [Refusal(B, 550, "never")]
    assert shelf.recipients == [(A,)]


def test_without_it_nobody_gets_the_message_where_one_is_refused_for_good() -> None:
    shelf = Shelf()
    with Sink(refusing(a="450 later", b="550 never")) as sink:
        assert send(sink.port, shelf) == [Refusal(A, 450, "later"), Refusal(B, 550, "never")]
    assert shelf.kept == []


def test_bcc_recipients_are_kept_with_the_digest() -> None:
    shelf = Shelf()
    with Sink(refusing(x="450 later", y="450 later")) as sink:
        assert send(sink.port, shelf, headers=(*HEADERS, BLIND)) == []
    assert shelf.recipients == [(X, Y)]
    assert b"multipart/digest" in shelf.kept[0][1]
    assert len(sink.sessions[0].messages) == 1


def test_a_digest_that_the_server_may_have_is_not_kept() -> None:
    shelf = Shelf()
    digest = [*DATA[len(EHLO) :], read_to_end_of_data, reset]
    with ScriptedServer([*SENT, *digest]) as server:
        refusals = send(server.port, shelf, headers=(*HEADERS, BLIND))
    assert [(refusal.address, refusal.code) for refusal in refusals] == [(X, 400), (Y, 400)]
    assert shelf.kept == []


def test_a_message_that_needs_the_credentials_of_the_script_is_not_kept() -> None:
    shelf, lines = Shelf(), list[str]()
    with pytest.raises(ConnectError) as caught:
        send(NOBODY, shelf, username="u", password="sesame", debug=lines.append)
    why = "not queued: /queue: it needs the script's -username and -password, which are never written down"
    assert (caught.value.__notes__, lines[-1], shelf.kept) == ([why], why, [])


def test_it_is_where_the_route_has_its_own() -> None:
    shelf = Shelf()
    credentials = Credentials(Secret("value", ("u",)), Secret("value", ("p",)))
    route = Route(spool=SPOOL, credentials=credentials)
    assert send(NOBODY, shelf, route=route, username="u", password="sesame") == []
    assert shelf.recipients == [(A, B)]


def test_it_is_where_the_route_does_without() -> None:
    shelf = Shelf()
    assert send(NOBODY, shelf, route=Route(spool=SPOOL, auth=()), username="u", password="sesame") == []


def test_where_it_cannot_be_kept_the_error_is_the_one_that_it_was() -> None:
    shelf = Shelf(SpoolError("/queue", "disk full"))
    with pytest.raises(ConnectError) as caught:
        send(NOBODY, shelf)
    assert caught.value.__notes__ == ["not queued: /queue: disk full"]


def test_where_they_cannot_be_kept_the_refusals_are_those_that_they_were() -> None:
    shelf = Shelf(SpoolError("/queue", "disk full"))
    with Sink(refusing(a="450 later")) as sink:
        assert send(sink.port, shelf, at_least_one=True) == [Refusal(A, 450, "later")]


def test_a_message_that_cannot_be_built_is_an_error() -> None:
    shelf = Shelf()
    with pytest.raises(MimeError):
        send(NOBODY, shelf, part=Part.create("text/plain", path="/nonexistent"))
    assert shelf.kept == []


def test_the_log_and_debug_tell_that_it_is_queued(caplog: pytest.LogCaptureFixture) -> None:
    shelf, lines = Shelf(), list[str]()
    with caplog.at_level(logging.WARNING, logger="tclsmtp"):
        send(NOBODY, shelf, debug=lines.append)
    assert lines[-1] == "queued as 0: 127.0.0.1:1: connect: connection refused"
    assert caplog.messages == [lines[-1]]


@pytest.mark.parametrize(
    ("error", "temporary"),
    [
        (ConnectError("h", 25, "connect", "connection refused"), True),
        (ConnectError("h", 25, "banner", "421 busy"), True),
        (ConnectError("h", 25, "EHLO", "554 no"), False),
        (ReplyTimeoutError(400, "timed out", "DATA", host="h", port=25), True),
        (UnknownOutcomeError(400, "gone", ".", host="h", port=25), False),
        (TlsError("h", 25, "STARTTLS", 502, "not offered"), False),
        (AuthError("h", 25, "535 no"), False),
    ],
)
def test_what_may_pass(error: TclsmtpError, temporary: bool) -> None:
    assert is_temporary(error) == temporary
