from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tclsmtp.errors import CredentialError
from tclsmtp.policy import oauth
from tclsmtp.policy.credentials import Secret
from tclsmtp.policy.oauth import OAuth
from tclsmtp.smtp.running import run_command
from tclsmtp.smtp.waiting import SelectorWaiter
from tests.support.token_server import TokenServer, token

run = partial(run_command, SelectorWaiter())

CLIENT = OAuth(flow="client-credentials", client_id="app", client_secret=Secret("value", ("hush",)), scope="mail")
REFRESH = OAuth(flow="refresh-token", client_id="app", refresh_token=Secret("value", ("hush",)))


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oauth, "_kept", {})
    monkeypatch.setattr(oauth, "_renewed", {})


def test_a_command_prints_the_token_each_time(tmp_path: Path) -> None:
    source = OAuth(token_command=("sh", "-c", f"echo x >> {tmp_path}/n; wc -l < {tmp_path}/n"))
    assert [source.token(run), source.token(run)] == ["1", "2"]


def test_client_credentials_are_exchanged_for_a_token() -> None:
    with TokenServer([token("abc", expires_in=3600)]) as server:
        assert replace(CLIENT, token_url=server.url).token(run) == "abc"
    assert server.asked == [
        {"grant_type": "client_credentials", "scope": "mail", "client_id": "app", "client_secret": "hush"}
    ]


def test_a_refresh_token_is_exchanged_for_a_token() -> None:
    with TokenServer([token("abc", expires_in=3600)]) as server:
        assert replace(REFRESH, token_url=server.url).token(run) == "abc"
    [asked] = server.asked
    assert (asked["grant_type"], asked["refresh_token"], asked["client_id"]) == ("refresh_token", "hush", "app")


def test_a_token_is_kept_until_it_is_refused() -> None:
    with TokenServer([token("one", expires_in=3600), token("two", expires_in=3600)]) as server:
        source = replace(CLIENT, token_url=server.url)
        assert [source.token(run), source.token(run)] == ["one", "one"]
        source.forget("other")
        assert source.token(run) == "one"
        source.forget("one")
        assert source.token(run) == "two"


def test_a_token_is_kept_until_it_is_about_to_end() -> None:
    with TokenServer([token("one", expires_in=59), token("two", expires_in=3600)]) as server:
        source = replace(CLIENT, token_url=server.url)
        assert [source.token(run), source.token(run), source.token(run)] == ["one", "two", "two"]


@pytest.mark.parametrize("seconds", ["3600", 3600.5, None])
def test_a_server_may_tell_the_seconds_in_any_way_or_not_at_all(seconds: object) -> None:
    with TokenServer([token("one", expires_in=seconds), token("two")]) as server:
        source = replace(CLIENT, token_url=server.url)
        assert [source.token(run), source.token(run)] == ["one", "one"]


def test_a_new_refresh_token_takes_the_place_of_the_old_one() -> None:
    with TokenServer([token("one", expires_in=1, refresh_token="second"), token("two")]) as server:
        source = replace(REFRESH, token_url=server.url)
        source.token(run)
        source.token(run)
    assert [asked["refresh_token"] for asked in server.asked] == ["hush", "second"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((400, {"error": "invalid_client", "error_description": "no hush here"}), "invalid_client: no <redacted> here"),
        ((400, {"error": "invalid_grant"}), "invalid_grant"),
        ((500, {}), "HTTPStatusError"),
        ((200, {"token_type": "Bearer"}), "the answer holds no token"),
    ],
)
def test_a_server_that_gives_no_token(answer: tuple[int, dict[str, Any]], why: str) -> None:
    with TokenServer([answer]) as server, pytest.raises(CredentialError) as caught:
        replace(CLIENT, token_url=server.url).token(run)
    assert str(caught.value).startswith(f"no token from {server.url}: {why}")
    assert "hush" not in str(caught.value)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(CredentialError, match=r"no token from http://127\.0\.0\.1:1/: ConnectError"):
        replace(CLIENT, token_url="http://127.0.0.1:1/").token(run)


def test_the_secrets_of_a_token_are_in_no_repr() -> None:
    with TokenServer([token("abc", expires_in=3600)]) as server:
        source = replace(CLIENT, token_url=server.url)
        source.token(run)
    shown = f"{source!r} {oauth._kept!r}"
    assert "hush" not in shown
    assert "abc" not in shown


def test_a_process_that_says_nothing_is_no_token() -> None:
    def silent(words: tuple[str, ...], data: bytes) -> tuple[int, bytes]:
        assert "hush" in json.loads(data).values()
        return 1, b""

    with pytest.raises(CredentialError, match="no answer"):
        replace(CLIENT, token_url="https://login.example/").token(silent)
