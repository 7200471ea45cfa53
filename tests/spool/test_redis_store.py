"""A queue in Redis: what is its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tclsmtp.errors import SpoolError
from tclsmtp.spool.redis_store import PREFIX, RedisStore
from tests.spool.redis_server import redis_server
from tests.spool.spooling import entry, octets, same
from tests.spool.test_kills import check, kill


def wait_for(store: RedisStore) -> None:
    """Until something is free again."""
    while (taken := store.take(10, same)) is None:
        pass
    taken.__exit__()


def test_a_lease_lasts_while_its_process_lives_and_no_longer(empty_redis: str) -> None:
    with RedisStore(empty_redis, "queue") as store:
        store.add([(entry(), [b"x"])])
    program = (
        "import sys; from tclsmtp.spool.redis_store import RedisStore\n"
        "taken = RedisStore(sys.argv[1], 'queue', 0.3).take(10, lambda entry: entry)\n"
        "print(taken.entry.id, flush=True)\n"
        "for _ in range(5): taken._over.wait(0.3); print(flush=True)\n"
        "sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, empty_redis]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
        RedisStore(empty_redis, "queue", 0.3) as store,
    ):
        assert process.stdout
        assert process.stdout.readline() == "1\n"
        for _ in range(5):
            process.stdout.readline()
            assert store.take(10, same) is None
        process.kill()
        wait_for(store)


def test_a_lease_that_is_somebody_elses_by_now_is_left_alone(empty_redis: str) -> None:
    with RedisStore(empty_redis, "queue") as store, redis.Redis.from_url(empty_redis, protocol=2) as client:
        store.add([(entry(), [b"x"])])
        with store.hold("1"):
            client.set(f"{PREFIX}lease:1", "theirs")
            assert not store.renew("1", "ours")
        assert client.get(f"{PREFIX}lease:1") == b"theirs"


def test_octets_without_an_entry_go_away_by_themselves(empty_redis: str) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half a "
        raise OSError(5, "Input/output error")

    with RedisStore(empty_redis, "queue") as store, redis.Redis.from_url(empty_redis, protocol=2) as client:
        with pytest.raises(SpoolError):
            store.add([(entry("1"), broken())])
        assert client.ttl(f"{PREFIX}content:1") > 0
        store.add([(entry("2"), [b"x"])])
        assert client.ttl(f"{PREFIX}content:2") == -1


def test_nothing_is_left_of_what_is_finished(empty_redis: str) -> None:
    with RedisStore(empty_redis, "queue") as store, redis.Redis.from_url(empty_redis, protocol=2) as client:
        store.add([(entry(), [b"x"])])
        with store.hold("1") as taken:
            taken.finish()
        assert client.keys() == []


def test_octets_that_went_away_too_early_are_told(empty_redis: str) -> None:
    def slow() -> Iterator[bytes]:
        yield b"x"
        with redis.Redis.from_url(empty_redis, protocol=2) as client:
            client.flushall()

    with RedisStore(empty_redis, "queue") as store:
        with pytest.raises(SpoolError, match="it took too long to write a message down"):
            store.add([(entry(), slow())])
        assert store.entries() == []


def test_a_server_that_keeps_nothing_on_disk_is_not_used(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--appendonly", "no") as url, pytest.raises(SpoolError) as caught:
        RedisStore(url, "queue")
    assert caught.value.message == "queue: what it has is not on disk: set appendonly yes"


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(SpoolError) as caught:
        RedisStore("redis://user:sesame@127.0.0.1:1/", "redis://<redacted>@127.0.0.1:1/")
    assert "refused" in caught.value.message
    assert "sesame" not in caught.value.message


def test_what_the_server_has_outlives_it(tmp_path: Path) -> None:
    with redis_server(tmp_path) as url, RedisStore(url, "queue") as store:
        store.add([(entry(), [b"one ", b"message"])])
    with redis_server(tmp_path) as url, RedisStore(url, "queue") as store:
        assert store.find("1").size == 11
        assert octets(store, "1") == b"one message"


def test_kills_lose_nothing_and_repeat_only_what_was_not_recorded(empty_redis: str, tmp_path: Path) -> None:
    server, killed, unrecorded = kill(20, 7, empty_redis, tmp_path / "log")
    assert killed == 60
    check(server, tmp_path / "log", unrecorded)
