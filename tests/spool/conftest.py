"""Fixtures for the tests of the spool."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.spool.redis_server import redis_server


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server, for one test after the other."""
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def empty_redis(redis_url: str) -> str:
    """The same with nothing in it."""
    import redis

    with redis.Redis.from_url(redis_url, protocol=2) as client:
        client.flushall()
    return redis_url
