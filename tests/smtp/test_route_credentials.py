"""AUTH as the operator decided it."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import pytest

from tclsmtp.errors import AuthError
from tclsmtp.policy import Policy, Route, oauth
from tclsmtp.policy.credentials import Credentials, Secret
from tclsmtp.policy.oauth import OAuth
from tests.smtp.sending import send
from tests.support.certificates import server_context
from tests.support.sink import Auth, Rules, Sink
from tests.support.token_server import TokenServer, token

JOE = Credentials(Secret("value", ("joe",)), Secret("value", ("open sesame",)))
SCRIPT: dict[str, Any] = {"username": "script", "password": "wrong"}


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "_kept", {})


def offering(mechanisms: str, password: str = "open sesame", **rules: Any) -> Sink:
    return Sink(Rules(auth=Auth(mechanisms, "joe", password), **rules))


def auths(sink: Sink) -> list[str]:
    return [line.split()[1] for session in sink.sessions for line in session.commands if line.startswith("AUTH ")]


def test_the_operators_credentials_stand_in_for_the_scripts() -> None:
    with offering("CRAM-MD5 PLAIN") as sink:
        assert send(sink.port, policy=Policy((Route(credentials=JOE),)), **SCRIPT) == []
    assert (sink.sessions[0].authed, auths(sink)) == (True, ["CRAM-MD5"])


def test_they_are_used_where_the_script_has_none() -> None:
    with offering("PLAIN") as sink:
        send(sink.port, policy=Policy((Route(credentials=JOE),)))
    assert sink.sessions[0].authed


def test_the_password_alone_can_be_the_operators() -> None:
    only = Credentials(password=JOE.password)
    with offering("LOGIN") as sink:
        send(sink.port, policy=Policy((Route(credentials=only),)), username="joe", password="old")
    assert sink.sessions[0].authed


def test_the_operator_chooses_mechanisms_and_their_order() -> None:
    with offering("CRAM-MD5 LOGIN PLAIN", password="other") as sink, pytest.raises(AuthError):
        send(sink.port, policy=Policy((Route(credentials=JOE, auth=("PLAIN", "SCRAM-SHA-1", "LOGIN")),)))
    assert auths(sink) == ["PLAIN", "LOGIN"]


def test_no_mechanism_means_no_auth() -> None:
    with offering("PLAIN") as sink:
        send(sink.port, policy=Policy((Route(auth=()),)), **SCRIPT)
    assert (auths(sink), len(sink.sessions[0].messages)) == ([], 1)


def test_without_auth_nothing_is_sent_where_the_operator_gave_credentials() -> None:
    with Sink() as sink, pytest.raises(AuthError, match="the server offers no AUTH"):
        send(sink.port, policy=Policy((Route(credentials=JOE),)))
    assert sink.sessions[0].messages == []


@pytest.mark.parametrize(
    ("credentials", "why"),
    [
        (Credentials(JOE.username, Secret("env", ("NOT_SET_ANYWHERE",))), "NOT_SET_ANYWHERE is not set"),
        (Credentials(password=JOE.password), "the policy gives no username, and neither does the script"),
    ],
)
def test_credentials_that_cannot_be_had_are_an_error(credentials: Credentials, why: str) -> None:
    with offering("PLAIN") as sink, pytest.raises(AuthError, match=why):
        send(sink.port, policy=Policy((Route(credentials=credentials),)))
    assert sink.sessions[0].messages == []


def test_a_command_is_asked_while_the_connection_waits() -> None:
    command = Secret("command", (sys.executable, "-c", "print('open sesame')"))
    with offering("PLAIN") as sink:
        send(sink.port, policy=Policy((Route(credentials=Credentials(JOE.username, command)),)))
    assert sink.sessions[0].authed


# OAuth


def bearing(url: str) -> Policy:
    source = OAuth(flow="client-credentials", token_url=url, client_id="app", client_secret=Secret("value", ("x",)))
    return Policy((Route(credentials=Credentials(JOE.username), oauth=source),))


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_is_sent(mechanism: str) -> None:
    with TokenServer([token("abc", expires_in=3600)]) as server, offering(f"PLAIN {mechanism}", "abc") as sink:
        assert send(sink.port, policy=bearing(server.url)) == []
    assert (sink.sessions[0].authed, auths(sink)) == (True, [mechanism])


def test_a_token_that_ended_before_its_time_is_replaced_once() -> None:
    answers = [token("old", expires_in=3600), token("abc", expires_in=3600)]
    with TokenServer(answers) as server, offering("XOAUTH2", "abc") as sink:
        assert send(sink.port, policy=bearing(server.url)) == []
        assert send(sink.port, policy=bearing(server.url)) == []
    assert auths(sink) == ["XOAUTH2", "XOAUTH2", "XOAUTH2"]
    assert len(server.asked) == 2


def test_a_token_that_was_revoked_is_told_and_nothing_is_sent() -> None:
    with (
        TokenServer([token("revoked", expires_in=3600)]) as server,
        offering("XOAUTH2", "abc") as sink,
        pytest.raises(AuthError, match="AUTH XOAUTH2 failed: 535 authentication failed") as caught,
    ):
        send(sink.port, policy=bearing(server.url))
    assert "revoked" not in str(caught.value)
    assert (sink.sessions[0].messages, len(server.asked)) == ([], 2)


def test_a_token_server_that_is_down_is_told_and_nothing_is_sent() -> None:
    with offering("XOAUTH2", "abc") as sink, pytest.raises(AuthError, match="no token from http"):
        send(sink.port, policy=bearing("http://127.0.0.1:1/"))
    assert sink.sessions[0].messages == []


def test_a_token_is_not_shown_to_a_server_that_is_not_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tclsmtp.smtp.transport.Transport.is_local", lambda self: False)
    with (
        TokenServer([token("abc", expires_in=3600)]) as server,
        offering("XOAUTH2", "abc", tls=server_context(self_signed=True)) as sink,
    ):
        [route] = bearing(server.url).routes
        policy = Policy((replace(route, verify="never"),))
        with pytest.raises(AuthError, match="not used: the connection is not verified TLS"):
            send(sink.port, policy=policy)
    assert auths(sink) == []
