"""Messages that go the way the operator decided, to real servers on this machine."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from tclsmtp.errors import ConnectTimeoutError, TlsError
from tclsmtp.policy.route import Policy, Route
from tests.smtp.sending import send
from tests.support.certificates import authority_file, client_certificate, server_context
from tests.support.sink import Auth, Rules, Sink


def through(sink: Sink, **route: Any) -> Policy:
    return Policy((Route(servers=("127.0.0.1",), ports=(sink.port,), **route),))


def test_an_unreachable_server_of_the_script_is_not_even_tried() -> None:
    with Sink() as sink:
        assert send(1, policy=through(sink)) == []
    assert len(sink.sessions[0].messages) == 1


def test_the_second_server_of_a_route_takes_over() -> None:
    with Sink() as sink:
        route = Route(servers=("127.0.0.1", "127.0.0.1"), ports=(1, sink.port))
        assert send(1, policy=Policy((route,))) == []
    assert len(sink.sessions[0].messages) == 1


def test_the_route_says_what_the_client_calls_itself() -> None:
    with Sink() as sink:
        send(sink.port, policy=Policy((Route(client="policy.example"),)))
    assert sink.sessions[0].commands[0] == "EHLO policy.example"


def test_none_means_no_tls_even_where_it_is_offered() -> None:
    with Sink(Rules(tls=server_context())) as sink:
        send(sink.port, policy=Policy((Route(tls="none"),)))
    assert (sink.sessions[0].tls, len(sink.sessions[0].messages)) == (False, 1)


def test_required_means_no_message_where_tls_is_not_offered() -> None:
    with Sink() as sink, pytest.raises(TlsError, match="does not offer it, and the policy requires it"):
        send(sink.port, policy=Policy((Route(tls="required"),)))
    assert sink.sessions[0].messages == []


def test_required_means_no_message_where_starttls_is_refused_whatever_the_script_says() -> None:
    rules = Rules(tls=server_context(), replies={"STARTTLS": "454 not now"})
    with Sink(rules) as sink, pytest.raises(TlsError, match="454 not now"):
        send(sink.port, policy=Policy((Route(tls="required"),)), tls_policy=lambda code, text: "insecure")
    assert sink.sessions[0].messages == []


def test_implicit_means_tls_from_the_first_byte(tmp_path: Path) -> None:
    with Sink(Rules(tls=server_context(), tls_from_start=True)) as sink:
        route = Route(tls="implicit", verify="always", cafile=authority_file(tmp_path))
        assert send(sink.port, policy=Policy((route,))) == []
    assert (sink.sessions[0].tls, len(sink.sessions[0].messages)) == (True, 1)


BAD = [{"self_signed": True}, {"expired": True}, {"name": "other.example"}]


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("tls", ["required", "opportunistic"])
def test_always_means_no_message_where_the_certificate_is_bad(
    tmp_path: Path, certificate: dict[str, Any], tls: str
) -> None:
    route = Route(tls=tls, verify="always", cafile=authority_file(tmp_path))
    with Sink(Rules(tls=server_context(**certificate))) as sink, pytest.raises(TlsError, match="not trusted"):
        send(sink.port, policy=Policy((route,)), tls_policy=lambda code, text: "insecure")
    assert [session.messages for session in sink.sessions] == [[]]


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("verify", ["never", "when-authenticating"])
def test_otherwise_a_bad_certificate_will_do(certificate: dict[str, Any], verify: str) -> None:
    with Sink(Rules(tls=server_context(**certificate))) as sink:
        assert send(sink.port, policy=Policy((Route(tls="required", verify=verify),))) == []
    assert (sink.sessions[0].tls, len(sink.sessions[0].messages)) == (True, 1)


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("verify", [None, "when-authenticating", "always"])
@pytest.mark.parametrize("tls", ["opportunistic", "required", "implicit"])
def test_credentials_are_not_shown_where_the_certificate_is_bad(
    tmp_path: Path, certificate: dict[str, Any], verify: str | None, tls: str
) -> None:
    route = Route(tls=tls, verify=verify, cafile=authority_file(tmp_path))
    rules = Rules(
        tls=server_context(**certificate), tls_from_start=tls == "implicit", auth=Auth("PLAIN", "joe", "open sesame")
    )
    with Sink(rules) as sink, pytest.raises(TlsError, match="not trusted"):
        send(sink.port, policy=Policy((route,)), username="joe", password="open sesame")
    assert not any("AUTH" in command for session in sink.sessions for command in session.commands)
    assert not any(session.messages for session in sink.sessions)


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("tls", ["opportunistic", "required", "implicit"])
def test_never_takes_any_certificate_also_with_credentials(certificate: dict[str, Any], tls: str) -> None:
    rules = Rules(
        tls=server_context(**certificate), tls_from_start=tls == "implicit", auth=Auth("CRAM-MD5", "joe", "open sesame")
    )
    with Sink(rules) as sink:
        route = Route(tls=tls, verify="never")
        assert send(sink.port, policy=Policy((route,)), username="joe", password="open sesame") == []
    assert (sink.sessions[0].tls, sink.sessions[0].authed) == (True, True)


@pytest.mark.parametrize("verify", ["never", "when-authenticating", "always"])
@pytest.mark.parametrize("tls", ["opportunistic", "required", "implicit"])
def test_a_good_certificate_will_always_do(tmp_path: Path, verify: str, tls: str) -> None:
    with Sink(Rules(tls=server_context(), tls_from_start=tls == "implicit")) as sink:
        route = Route(tls=tls, verify=verify, cafile=authority_file(tmp_path))
        assert send(sink.port, policy=Policy((route,))) == []
    assert (sink.sessions[0].tls, len(sink.sessions[0].messages)) == (True, 1)


def test_an_old_version_of_tls_is_refused() -> None:
    context = server_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with Sink(Rules(tls=context)) as sink:
        with pytest.raises(TlsError):
            send(sink.port, policy=Policy((Route(tls="required", minimum_tls="1.3"),)))
        assert send(sink.port, policy=Policy((Route(tls="required", minimum_tls="1.2"),))) == []
    assert [len(session.messages) for session in sink.sessions] == [0, 1]


def test_a_client_certificate_is_shown(tmp_path: Path) -> None:
    context = server_context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority_file(tmp_path))
    with Sink(Rules(tls=context)) as sink:
        route = Route(tls="required", certfile=client_certificate(tmp_path))
        assert send(sink.port, policy=Policy((route,))) == []
    assert len(sink.sessions[0].messages) == 1


def test_the_route_says_how_long_a_reply_may_take() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(ConnectTimeoutError) as caught:
        send(silent.getsockname()[1], policy=Policy((Route(reply_seconds=0.05),)))
    assert caught.value.step == "banner"


def test_a_certificate_is_looked_at_for_the_name_that_idna_2008_gives(tmp_path: Path) -> None:
    with Sink(Rules(tls=server_context("xn--strae-oqa.example"))) as sink:
        route = Route(
            servers=("stra\u00dfe.example",),
            connect_to=("127.0.0.1", sink.port),
            tls="required",
            verify="always",
            cafile=authority_file(tmp_path),
        )
        assert send(sink.port, policy=Policy((route,))) == []
    assert sink.sessions[0].tls
