"""Processes that send messages and work off the queue, and are killed at any moment.

    python victims.py ROUNDS SEED PORT LOG PATH|URL

In each round a sender and two workers run at once; each is killed after up to 40 ms. LOG gets a line for each message
of which sendmessage said that it was sent. After that one worker works the queue off. It prints a JSON object: how many
processes were killed, and the Message-IDs of those that a worker was at when it was.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import NoReturn

from tclsmtp.dialect import DEFAULT
from tclsmtp.mime.part import Part
from tclsmtp.policy import Policy, Route
from tclsmtp.policy.spooling import Spool
from tclsmtp.smtp.envelope import prepare
from tclsmtp.smtp.options import Options
from tclsmtp.smtp.submit import submit
from tclsmtp.smtp.waiting import SelectorWaiter
from tclsmtp.spool.keeper import Spooler
from tclsmtp.spool.redis_store import RedisStore
from tclsmtp.spool.sqlite_store import SqliteStore
from tclsmtp.spool.worker import Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.spool.store import Taken

LEASE_SECONDS = 2
HURRY = Spool(first_retry_seconds=1e-6, last_retry_seconds=1e-6)


def spool_at(place: str) -> Spool:
    return replace(HURRY, url=place) if "://" in place else replace(HURRY, path=place)


def open_store(spool: Spool) -> SqliteStore | RedisStore:
    return SqliteStore(spool.path) if spool.path else RedisStore(spool.url, spool.place, LEASE_SECONDS)


class Diarist(Worker):
    """Writes down what it is at, and when it has recorded what came of it."""

    diary = -1

    def _try(self, taken: Taken) -> None:
        os.write(self.diary, f"{taken.entry.message_id} ".encode())
        super()._try(taken)
        os.write(self.diary, b"recorded ")


def send(policy: Policy, log: str) -> NoReturn:
    fd = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in count():
        name = f"<{number}.{os.getpid()}.{time.time_ns()}@client.example>"
        headers = (("From", "me@example.com"), ("To", "a@example.com, b@example.com"), ("Message-ID", name))
        plan = prepare(Options(headers=headers, host="client.example", at_least_one=True))
        part = Part.create("text/plain", data=f"Message {number}.\n" * 50)
        assert submit(plan, part, SelectorWaiter(), DEFAULT, policy, Spooler()) == []
        os.write(fd, f"{name}\n".encode())
    raise AssertionError


def work(policy: Policy, spool: Spool, diary: int) -> NoReturn:
    Diarist.diary = diary
    while True:
        with open_store(spool) as store:
            Diarist(store, spool, policy, SelectorWaiter(), lambda line: None).run()
        time.sleep(0.001)


def fork(run: Callable[[], NoReturn]) -> int:
    pid = os.fork()
    if not pid:
        try:
            run()
        finally:
            traceback.print_exc()
            os._exit(1)
    return pid


def kill(pid: int, after: float) -> int:
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


class Pair:
    """A worker and its diary."""

    def __init__(self, policy: Policy, spool: Spool) -> None:
        self._reading, writing = os.pipe()
        self.pid = fork(lambda: work(policy, spool, writing))
        os.close(writing)

    def unrecorded(self) -> list[str]:
        """What it was at when it was killed: one message at most."""
        with open(self._reading) as file:
            words = file.read().split()
        return words[-1:] if words[-1:] != ["recorded"] else []


def main() -> None:
    rounds, seed, port, log, place = sys.argv[1:]
    chance = random.Random(int(seed))
    spool = spool_at(place)
    policy = Policy((Route(spool=spool, servers=("127.0.0.1",), ports=(int(port),)),))
    unrecorded: set[str] = set()
    killed = 0
    for _ in range(int(rounds)):
        workers = [Pair(policy, spool) for _ in range(2)]
        victims = [fork(lambda: send(policy, log)), *(worker.pid for worker in workers)]
        chance.shuffle(victims)
        statuses = [kill(victim, chance.uniform(0, 0.04)) for victim in victims]
        assert all(map(os.WIFSIGNALED, statuses)), "one ended by itself"
        killed += len(statuses)
        for worker in workers:
            unrecorded.update(worker.unrecorded())
    print("drain", flush=True)
    sys.stdin.readline()
    while True:
        with open_store(spool) as store:
            Worker(store, spool, policy, SelectorWaiter(), lambda line: None).run()
            left = store.entries()
        if not left:
            break
        assert not any(entry.failed for entry in left), left
        time.sleep(0.01)
    print(json.dumps({"killed": killed, "unrecorded": sorted(unrecorded)}))


if __name__ == "__main__":
    main()
