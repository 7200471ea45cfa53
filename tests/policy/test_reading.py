from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.errors import PolicyError
from tclsmtp.policy import AS_THE_SCRIPT_SAYS, Policy, Route
from tclsmtp.policy.reusing import Reuse


def write(folder: Path, text: str) -> Path:
    path = folder / "tclsmtp.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_policy_is_read_from_a_file(tmp_path: Path) -> None:
    path = write(
        tmp_path, '[[route]]\nserver = "mail*"\nport = [25, "smtp"]\nconnect_to = "[::1]:2525"\nverify = "never"'
    )
    [route] = Policy.load(path).routes
    assert route == Route(server=("mail*",), port=("25", "smtp"), connect_to=("::1", 2525), verify="never")


def test_an_empty_policy_decides_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "")
    policy = Policy.load(path)
    assert policy == Policy(path=str(path))
    assert policy.find("mailhost", 25, "a@example.com", ["b@example.com"]) is AS_THE_SCRIPT_SAYS


@pytest.mark.parametrize(
    "route",
    [
        Route(),
        Route(server=("other", "MAIL*")),
        Route(port=("25",)),
        Route(originator=("*@example.com",)),
        Route(recipient=("*@example.com", "*@example.net")),
        Route(server=("mailhost",), port=("25",), originator=("a@*",), recipient=("[bc]@*",)),
    ],
)
def test_a_route_fits_where_all_its_patterns_do(route: Route) -> None:
    assert route.fits("mailhost", 25, "a@example.com", ["b@example.com", "C@EXAMPLE.NET"])


@pytest.mark.parametrize(
    "route",
    [
        Route(server=("mail",)),
        Route(port=("2?5",)),
        Route(originator=("*@example.net",)),
        Route(recipient=("*@example.com",)),
        Route(server=("mailhost",), port=("587",)),
    ],
)
def test_a_route_does_not_fit_where_one_of_its_patterns_does_not(route: Route) -> None:
    assert not route.fits("mailhost", 25, "a@example.com", ["b@example.com", "c@example.net"])


def test_the_first_route_that_fits_decides() -> None:
    first, second, third = Route(server=("other",)), Route(server=("mailhost",)), Route()
    policy = Policy((first, second, third))
    assert policy.find("mailhost", 25, "", []) is second
    assert policy.find("somewhere", 25, "", []) is third


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ("x = 1", "x", "no such key; known: capture, redirect, log, route"),
        ("capture = 1", "capture", "expected a string, not 1"),
        ("log = ''", "log", "expected a string, not ''"),
        ("redirect = 'me'", "redirect", "expected an address, such as me@example.com, not 'me'"),
        ("redirect = 'a@b, c@d'", "redirect", "expected an address, such as me@example.com, not 'a@b, c@d'"),
        (
            "[[route]]\ncapture = 'x'",
            "route 1: capture",
            "it is about all messages, and stands before the first [[route]]",
        ),
        ("route = 1", "route", "expected tables: [[route]]"),
        ("route = [1]", "route", "expected tables: [[route]]"),
        ("[[route]]\nsrever = 'x'", "route 1: srever", "no such key; known: name, preset, server, port, "),
        ("[[route]]\n[[route]]\nverify = 'yes'", "route 2: verify", "never, when-authenticating, always, not 'yes'"),
        ("[[route]]\nserver = 1.5", "route 1: server", "expected a pattern or a list of patterns"),
        ("[[route]]\nport = [true]", "route 1: port", "expected a pattern or a list of patterns"),
        ("[[route]]\nconnect_to = 'host'", "route 1: connect_to", "expected \"HOST:PORT\", not 'host'"),
        ("[[route]]\nconnect_to = 'host:0'", "route 1: connect_to", "expected \"HOST:PORT\", not 'host:0'"),
        ("[[route]]\nconnect_to = 25", "route 1: connect_to", 'expected "HOST:PORT", not 25'),
        (
            "[[route]]\n[route.reuse]\nmessages = 0",
            "route 1: reuse: messages",
            "a number of messages, 1 or more, not 0",
        ),
        ("[[route]]\n[route.reuse]\nmessages = true", "route 1: reuse: messages", "a number of messages, 1 or more"),
        ("[[route]]\n[route.reuse]\nidle_seconds = 0", "route 1: reuse: idle_seconds", "seconds"),
        ("[[route]]\n[route.reuse]\nidle = 1", "route 1: reuse: idle", "no such key; known: messages, idle_seconds"),
        ("[[route]]\nreuse = true", "route 1: reuse", "expected a table: [route.reuse]"),
        ("[[route]", "", "(at line 1, column "),
    ],
)
def test_a_wrong_policy_is_refused_with_its_place(tmp_path: Path, text: str, key: str, why: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(PolicyError) as caught:
        Policy.load(path)
    assert (caught.value.file, caught.value.key) == (str(path), key)
    assert why in caught.value.why
    assert caught.value.message.startswith(f"{path}: {key}" if key else f"{path}: ")


def test_reuse_has_limits_of_its_own(tmp_path: Path) -> None:
    text = "[[route]]\n[route.reuse]\n[[route]]\n[route.reuse]\nmessages = 5\nidle_seconds = 2.5\n"
    assert [route.reuse for route in Policy.load(write(tmp_path, text)).routes] == [Reuse(100, 30), Reuse(5, 2.5)]


def test_settings_for_all_messages_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, "capture = 'mail'\nredirect = 'me@example.com'\nlog = '/var/log/mail'\n[[route]]\n")
    policy = Policy.load(path)
    assert policy == Policy((Route(),), str(path), str(tmp_path / "mail"), "me@example.com", "/var/log/mail")


def test_a_policy_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="No such file or directory"):
        Policy.load(tmp_path / "missing.toml")
