"""What the tests of the spool share: policies with one, and calls that fill it, work it off and look at it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from tclsmtp.dialect import DEFAULT
from tclsmtp.mime.part import Part
from tclsmtp.policy import Policy, Route
from tclsmtp.policy.spooling import Spool
from tclsmtp.smtp.envelope import Plan, prepare
from tclsmtp.smtp.options import Options, Refusal
from tclsmtp.smtp.submit import submit
from tclsmtp.smtp.waiting import SelectorWaiter
from tclsmtp.spool.entry import Call, Entry
from tclsmtp.spool.keeper import Spooler
from tclsmtp.spool.store import open_store
from tclsmtp.spool.worker import Worker
from tests.smtp.sending import HEADERS, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.spool.store import Store

NOBODY = 1
"""A port at which nobody listens."""


def spool_in(folder: Path, **settings: Any) -> Spool:
    """A queue whose entries are due as soon as they are in it."""
    return Spool(
        path=str(folder / "queue.sqlite"), **{"first_retry_seconds": 1e-6, "last_retry_seconds": 1e-6} | settings
    )


def through(spool: Spool, **route: Any) -> Policy:
    return Policy((Route(name="relay", spool=spool, **route),))


def to(spool: Spool, port: int, **route: Any) -> Policy:
    """A policy that has everything go to a server on this machine."""
    return through(spool, servers=("127.0.0.1",), ports=(port,), **route)


def queue(spool: Spool, port: int = NOBODY, part: Part | None = None, **options: Any) -> list[Refusal]:
    """Send a message to a server that will not have it."""
    return send(port, through(spool), part, **options)


def send(port: int, policy: Policy, part: Part | None = None, **options: Any) -> list[Refusal]:
    """Send a message to a server on this machine, with a spool to fall back on."""
    given: dict[str, Any] = {"servers": ("127.0.0.1",), "ports": (port,), "headers": HEADERS, "max_seconds": 60}
    plan = prepare(Options(**given | {"host": "client.example"} | options))
    return submit(plan, part or text(), SelectorWaiter(), DEFAULT, policy, Spooler())


def entries(spool: Spool) -> list[Entry]:
    with open_store(spool) as store:
        return store.entries()


def work(spool: Spool, policy: Policy) -> list[str]:
    """One pass over the queue; what the worker told."""
    told: list[str] = []
    with open_store(spool) as store:
        Worker(store, spool, policy, SelectorWaiter(), told.append).run()
    return told


def plan(**options: Any) -> Plan:
    headers = (("From", "me@example.com"), ("To", "a@example.com"))
    return prepare(Options(**{"headers": headers, "host": "client.example"} | options))


def octets(store: Store, name: str) -> bytes:
    return b"".join(store.read(name))


def entry(name: str = "1", due: float | None = 10, created: float = 1) -> Entry:
    return Entry(
        id=name,
        call=Call.of(plan()),
        route="relay",
        originator="me@example.com",
        recipients=("a@example.com",),
        message_id="<1@example.com>",
        created=created,
        due=due,
        error="421 later",
    )


def same(given: Entry) -> Entry:
    return given


def later(given: Entry) -> Entry:
    return replace(given, due=20.0)
