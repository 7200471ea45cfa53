from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp import cli
from tclsmtp.errors import PolicyError
from tclsmtp.policy import Policy, Route
from tclsmtp.policy.spooling import Spool


def load(folder: Path, text: str) -> Policy:
    path = folder / "tclsmtp.toml"
    path.write_text(text, encoding="utf-8")
    return Policy.load(path)


def test_a_spool_is_a_file_found_from_the_folder_of_the_policy(tmp_path: Path) -> None:
    [route] = load(tmp_path, "[[route]]\n[route.spool]\npath = 'spool/queue.sqlite'\ngive_up_hours = 24").routes
    assert route.spool == Spool(path=str(tmp_path / "spool/queue.sqlite"), give_up_hours=24)


def test_or_a_redis_server(tmp_path: Path) -> None:
    text = "[[route]]\n[route.spool]\nurl = 'redis://localhost/1'\nfirst_retry_seconds = 5\nlast_retry_seconds = 50.5"
    [route] = load(tmp_path, text).routes
    assert route.spool == Spool(url="redis://localhost/1", first_retry_seconds=5, last_retry_seconds=50.5)


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ("spool = 1", "spool", "expected a table: [route.spool]"),
        ("[route.spool]", "spool", "expected either path, an SQLite file, or url, a Redis server"),
        ("[route.spool]\npath = 'a'\nurl = 'redis://b'", "spool", "expected either path"),
        ("[route.spool]\npaht = 'a'", "spool: paht", "no such key; known: path, url, first_retry_seconds, "),
        ("[route.spool]\npath = ''", "spool: path", "expected a string, not ''"),
        ("[route.spool]\nurl = 'http://b'", "spool: url", "begins with redis://, rediss:// or unix://"),
        ("[route.spool]\nurl = 7", "spool: url", "begins with redis://"),
        ("[route.spool]\npath = 'a'\nfirst_retry_seconds = 0", "spool: first_retry_seconds", "number of seconds"),
        ("[route.spool]\npath = 'a'\nlast_retry_seconds = true", "spool: last_retry_seconds", "number of seconds"),
        ("[route.spool]\npath = 'a'\ngive_up_hours = -1", "spool: give_up_hours", "expected a number of hours, not -1"),
        (
            "[route.spool]\npath = 'a'\nlast_retry_seconds = 30",
            "spool: first_retry_seconds",
            "it is more than last_retry_seconds",
        ),
    ],
)
def test_a_wrong_spool_is_refused_with_its_place(tmp_path: Path, text: str, key: str, why: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load(tmp_path, f"[[route]]\n{text}")
    assert caught.value.key == f"route 1: {key}"
    assert why in caught.value.why


def test_the_password_of_a_server_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    load(tmp_path, "[[route]]\n[route.spool]\nurl = 'redis://user:sesame@host:1/2?password=sesame'")
    monkeypatch.setattr("sys.argv", ["tclsmtp", "policy", "explain", "--policy", str(tmp_path / "tclsmtp.toml")])
    assert cli.main() == 0
    told = capsys.readouterr().out
    assert "spool: Spool(redis://<redacted>@host:1/2: again after 60 to 3600 seconds, for 120 hours)" in told
    assert "sesame" not in told


def test_it_is_twice_as_long_until_the_next_attempt_each_time_up_to_the_longest() -> None:
    spool = Spool(first_retry_seconds=10, last_retry_seconds=35)
    assert [spool.seconds_until_retry(attempts) for attempts in (0, 1, 2, 3, 10_000)] == [10, 10, 20, 35, 35]


def test_a_policy_knows_its_spools_each_once() -> None:
    one, same, other = Spool(path="a", give_up_hours=1), Spool(path="a"), Spool(url="redis://b")
    policy = Policy((Route(spool=one), Route(), Route(spool=other), Route(spool=same)))
    assert policy.spools == (one, other)


@pytest.mark.parametrize(
    ("keys", "alone"),
    [
        ("username = 'u'\npassword = 'p'", True),
        ("username = 'u'", False),
        ("password = 'p'", False),
    ],
)
def test_a_route_authenticates_alone_with_a_name_and_a_password(tmp_path: Path, keys: str, alone: bool) -> None:
    [route] = load(tmp_path, f"[[route]]\n[route.credentials]\n{keys}").routes
    assert route.authenticates_alone == alone
