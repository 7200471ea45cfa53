"""A queue in Redis, for the processes of several machines: the messages are in it too.

Under "{tclsmtp}:" there are a hash `entries` (the entries as JSON), a sorted set `due`, and for each entry a list
`content:ID` of pieces and, while somebody has it, a string `lease:ID`. The braces keep them together in a cluster.
"""

from __future__ import annotations

import secrets
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from threading import Event, Thread

from tclsmtp.errors import SpoolError
from tclsmtp.spool.entry import Entry

try:
    import redis
except ImportError as _error:
    raise SpoolError("redis", "there is no client for it: pip install 'tclsmtp[spool]'") from _error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, Self

PREFIX = "{tclsmtp}:"
ENTRIES = f"{PREFIX}entries"
DUE = f"{PREFIX}due"

LEASE_SECONDS = 60
"""After so long without a sign of life an entry is free for others. Those who have it give one three times as often."""

ABANDONED_SECONDS = 3600
"""Octets that no entry followed go away by themselves after so long without a new one."""

ANSWER_SECONDS = 30
DISK_MILLISECONDS = 10_000
BATCH = 20

_WRITE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], ARGV[1]) else redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
return 1
"""
"""An entry that somebody else delivered meanwhile does not come back."""

_ADD = """
for i = 3, #KEYS do
    if redis.call('EXISTS', KEYS[i]) == 0 then return 0 end
end
for i = 3, #KEYS do
    local j = (i - 3) * 3
    redis.call('PERSIST', KEYS[i])
    redis.call('HSET', KEYS[1], ARGV[j + 1], ARGV[j + 2])
    redis.call('ZADD', KEYS[2], ARGV[j + 3], ARGV[j + 1])
end
return 1
"""

_RENEW = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end return 0"
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class RedisStore:
    """As Store. A server that keeps nothing on disk is not used: `appendonly` must be on.

    What was added is on disk when that is said, where the server can tell (WAITAOF, Redis 7.2) or has `appendfsync
    always`; elsewhere it is after at most a second.
    """

    def __init__(self, url: str, place: str, lease_seconds: float = LEASE_SECONDS) -> None:
        self.place = place
        self._lease_milliseconds = int(lease_seconds * 1000)
        with self._translated(), ExitStack() as undoing:
            self._client: Any = _client(url, place)
            undoing.callback(self._client.close)
            if not self._client.info("persistence").get("aof_enabled"):
                raise SpoolError(place, "what it has is not on disk: set appendonly yes")
            undoing.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def add(self, messages: Sequence[tuple[Entry, Iterable[bytes]]]) -> None:
        """As Store.add: first the octets, which without an entry go away by themselves."""
        keys = [ENTRIES, DUE]
        words: list[str | float] = []
        with self._translated():
            for entry, pieces in messages:
                size = self._push(_content(entry.id), pieces)
                keys.append(_content(entry.id))
                words += [entry.id, replace(entry, size=size).to_json(), repr(entry.due)]
            if not self._client.eval(_ADD, len(keys), *keys, *words):
                raise SpoolError(self.place, "it took too long to write a message down")
            self._wait_for_disk()

    def _push(self, key: str, pieces: Iterable[bytes]) -> int:
        size = 0
        for piece in pieces:
            pipeline = self._client.pipeline()
            pipeline.rpush(key, piece)
            pipeline.expire(key, ABANDONED_SECONDS)
            pipeline.execute()
            size += len(piece)
        return size

    def _wait_for_disk(self) -> None:
        try:
            if self._client.execute_command("WAITAOF", 1, 0, DISK_MILLISECONDS)[0] < 1:
                raise SpoolError(self.place, "it did not get it on disk in time")
        except redis.ResponseError as error:
            if "unknown command" not in str(error).lower():  # before Redis 7.2 there is none
                raise

    def entries(self) -> list[Entry]:
        """As Store.entries."""
        with self._translated():
            found = [Entry.from_json(text.decode()) for text in self._client.hvals(ENTRIES)]
            return sorted(found, key=lambda entry: (entry.created, entry.id))

    def find(self, name: str) -> Entry:
        """As Store.find."""
        entry = self._find(name)
        if entry is None:
            raise SpoolError(self.place, f"there is no entry {name}")
        return entry

    def _find(self, name: str) -> Entry | None:
        with self._translated():
            text = self._client.hget(ENTRIES, name)
            return None if text is None else Entry.from_json(text.decode())

    def read(self, name: str) -> Iterator[bytes]:
        """As Store.read."""
        with self._translated():
            number = 0
            while (piece := self._client.lindex(_content(name), number)) is not None:
                yield piece
                number += 1
            if not number:
                raise SpoolError(self.place, "the message is gone")

    def take(self, now: float, begin: Callable[[Entry], Entry]) -> RedisTaken | None:
        """As Store.take."""
        seen = 0
        while True:
            with self._translated():
                names = self._client.zrangebyscore(DUE, "-inf", now, start=seen, num=BATCH)
            if not names:
                return None
            seen += len(names)
            for name in names:
                taken = self._lease(name.decode())
                # Before it was leased, somebody else may have been done with it.
                if taken and taken.entry.due is not None and taken.entry.due <= now:
                    taken.replace(begin(taken.entry))
                    return taken
                if taken:
                    taken.__exit__()

    def hold(self, name: str) -> RedisTaken:
        """As Store.hold."""
        taken = self._lease(self.find(name).id)
        if taken is None:
            raise SpoolError(self.place, f"{name} is being sent just now")
        return taken

    def _lease(self, name: str) -> RedisTaken | None:
        token = secrets.token_hex(8)
        with self._translated():
            if not self._client.set(_lease(name), token, nx=True, px=self._lease_milliseconds):
                return None
        entry = self._find(name)
        if entry is None:
            self.release(name, token)
            return None
        return RedisTaken(self, entry, token, self._lease_milliseconds / 3000)

    def renew(self, name: str, token: str) -> bool:
        """Whether a lease is still ours, for the same time from now on."""
        with self._translated():
            return bool(self._client.eval(_RENEW, 1, _lease(name), token, self._lease_milliseconds))

    def release(self, name: str, token: str) -> None:
        """Give a lease back, if it is ours."""
        with self._translated():
            self._client.eval(_RELEASE, 1, _lease(name), token)

    def write(self, entry: Entry) -> None:
        """Write down what became of an entry."""
        with self._translated():
            due = "" if entry.due is None else repr(entry.due)
            self._client.eval(_WRITE, 2, ENTRIES, DUE, entry.id, entry.to_json(), due)

    def delete(self, name: str) -> None:
        """Forget an entry and its octets."""
        with self._translated():
            pipeline = self._client.pipeline(transaction=True)
            pipeline.hdel(ENTRIES, name)
            pipeline.zrem(DUE, name)
            pipeline.delete(_content(name))
            pipeline.execute()

    def clean(self) -> None:
        """As Store.clean: Redis does that by itself."""

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (redis.RedisError, OSError) as error:
            raise SpoolError(self.place, str(error)) from error
        except ValueError as error:
            raise SpoolError(self.place, str(error)) from error


class RedisTaken:
    """As Taken. A lease makes it so, and a thread that renews it."""

    def __init__(self, store: RedisStore, entry: Entry, token: str, pause: float) -> None:
        self.entry = entry
        self._store = store
        self._token = token
        self._pause = pause
        self._over = Event()
        self._thread = Thread(target=self._renew, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._store.release(self.entry.id, self._token)

    def _renew(self) -> None:
        lost = False
        while not lost and not self._over.wait(self._pause):
            try:
                lost = not self._store.renew(self.entry.id, self._token)
            except SpoolError:
                continue  # it may answer the next time

    def finish(self) -> None:
        """As Taken.finish."""
        self._store.delete(self.entry.id)

    def replace(self, entry: Entry) -> None:
        """As Taken.replace."""
        self._store.write(entry)
        self.entry = entry


def _client(url: str, place: str) -> Any:
    # The reason may be a password that is taken for a port, and then holds it.
    with suppress(ValueError):
        return redis.Redis.from_url(
            url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS, protocol=2
        )
    raise SpoolError(place, "its url cannot be read")


def _content(name: str) -> str:
    return f"{PREFIX}content:{name}"


def _lease(name: str) -> str:
    return f"{PREFIX}lease:{name}"
