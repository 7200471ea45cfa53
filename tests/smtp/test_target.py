from __future__ import annotations

from typing import Any

import pytest

from tclsmtp.policy.credentials import Credentials
from tclsmtp.policy.route import Policy, Route
from tclsmtp.smtp.envelope import prepare
from tclsmtp.smtp.options import Options, TlsSettings
from tclsmtp.smtp.target import Target, targets


def options(**given: Any) -> Options:
    return Options(**{"originator": "me@example.com", "recipients": "you@example.com", "host": "host.example"} | given)


def places(policy: Policy | None, **given: Any) -> list[tuple[str, str | int]]:
    return [(target.server, target.port) for target in targets(prepare(options(**given)), policy)]


def target(route: Route = Route(), **given: Any) -> Target:  # noqa: B008  it is frozen
    return Target("mailhost", 25, options(**given), route)


# Which servers


def test_servers_and_ports_are_in_tandem_and_25_stands_where_the_ports_end() -> None:
    assert places(None, servers=("a", "b", "c"), ports=("26", "smtp")) == [("a", "26"), ("b", "smtp"), ("c", 25)]


def test_an_empty_server_is_passed_over_with_its_port() -> None:
    assert places(None, servers=("", "b"), ports=("26", "27")) == [("b", "27")]


def test_where_no_route_fits_all_is_as_the_script_says() -> None:
    policy = Policy((Route(server=("other",), servers=("elsewhere",)),))
    assert places(policy, servers=("a", "b"), ports=("26",)) == [("a", "26"), ("b", 25)]


def test_a_route_leads_to_its_own_servers_one_after_the_other() -> None:
    policy = Policy((Route(server=("a",), servers=("x", "y"), ports=(465,)),))
    assert places(policy, servers=("a", "b")) == [("x", 465), ("y", 465), ("b", 25)]


def test_the_servers_of_a_route_are_tried_once_whichever_of_the_scripts_they_stand_for() -> None:
    policy = Policy((Route(servers=("x",), ports=(25,)),))
    assert places(policy, servers=("a", "b")) == [("x", 25)]


@pytest.mark.parametrize(("tls", "port"), [("implicit", 465), ("required", 587), ("none", 587)])
def test_without_ports_a_routes_servers_have_the_usual_one(tls: str, port: int) -> None:
    assert places(Policy((Route(servers=("x", "y"), tls=tls),)), servers=("a",)) == [("x", port), ("y", port)]


def test_a_route_looks_at_the_whole_envelope() -> None:
    policy = Policy((Route(recipient=("*@example.com",), servers=("inside",)), Route(servers=("outside",))))
    assert places(policy, servers=("a",)) == [("inside", 587)]
    assert places(policy, servers=("a",), recipients="you@example.com, her@example.org") == [("outside", 587)]
    assert places(policy, servers=("a",), headers=(("Bcc", "her@example.org"),)) == [("outside", 587)]


# How to talk to one


def test_a_server_is_reached_by_its_name_unless_the_route_connects_elsewhere() -> None:
    assert target().address == ("mailhost", 25)
    assert target(Route(connect_to=("127.0.0.1", 2525))).address == ("127.0.0.1", 2525)


@pytest.mark.parametrize(
    ("route", "script", "client"),
    [
        (Route(), {}, ""),
        (Route(), {"client": "script.example"}, "script.example"),
        (Route(client="route.example"), {"client": "script.example"}, "route.example"),
    ],
)
def test_what_the_client_calls_itself(route: Route, script: dict[str, Any], client: str) -> None:
    assert target(route, **script).client == client


def test_to_localhost_the_client_is_localhost() -> None:
    assert Target("localhost", 25, options()).client == "localhost"


@pytest.mark.parametrize(
    ("route", "script", "tls"),
    [
        (Route(), {}, "opportunistic"),
        (Route(), {"use_tls": False}, "none"),
        (Route(), {"tls_import": True}, "implicit"),
        (Route(tls="none"), {"tls_import": True}, "none"),
        (Route(tls="required"), {"use_tls": False}, "required"),
    ],
)
def test_how_tls_is_to_be_had(route: Route, script: dict[str, Any], tls: str) -> None:
    assert target(route, **script).tls == tls


CREDENTIALS = Route(credentials=Credentials())


@pytest.mark.parametrize(
    ("route", "script", "verify"),
    [
        (Route(), {}, False),
        (Route(), {"username": "joe"}, True),
        (CREDENTIALS, {}, True),
        (Route(), {"tls": lambda: TlsSettings(verify=True)}, True),
        (Route(verify="never"), {"username": "joe"}, False),
        (Route(verify="never"), {"tls": lambda: TlsSettings(verify=True)}, False),
        (Route(verify="when-authenticating"), {}, False),
        (Route(verify="when-authenticating"), {"tls": lambda: TlsSettings(verify=True)}, False),
        (Route(verify="when-authenticating"), {"username": "joe"}, True),
        (Route(verify="always"), {}, True),
    ],
)
def test_when_the_certificate_must_be_good(route: Route, script: dict[str, Any], verify: bool) -> None:
    assert target(route, **script).tls_settings().verify is verify


def test_the_routes_certificates_stand_in_for_those_of_the_script() -> None:
    def script() -> TlsSettings:
        return TlsSettings(cafile="s.ca", cadir="s.d", certfile="s.pem", keyfile="s.key", server_name="s.example")

    assert target(tls=script).tls_settings() == script()
    route = Route(cafile="r.ca", certfile="r.pem", servers=("r.example",), minimum_tls="1.3")
    assert target(route, tls=script).tls_settings() == TlsSettings(cafile="r.ca", certfile="r.pem", minimum="1.3")
