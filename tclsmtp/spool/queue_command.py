"""`tclsmtp queue`: look at messages that wait for a server, drop some, and send what is due."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from argparse import ArgumentParser, Namespace
from contextlib import contextmanager
from dataclasses import replace

from tclsmtp.errors import PolicyError, SpoolError
from tclsmtp.policy.finding import find, with_overrides
from tclsmtp.policy.route import Policy
from tclsmtp.smtp.waiting import SelectorWaiter
from tclsmtp.spool.store import open_store
from tclsmtp.spool.stored_content import header_of
from tclsmtp.spool.worker import Worker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from tclsmtp.policy.spooling import Spool
    from tclsmtp.spool.entry import Entry
    from tclsmtp.spool.store import Store

ENDS = (signal.SIGINT, signal.SIGTERM)

LONGEST_PAUSE = 10
"""Seconds between two looks at the queues, which are fewer where the first retry comes sooner."""

SHORTEST_PAUSE = 0.1


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.description = (
        "Messages that no server would take for now, of routes whose policy has a [route.spool]. `run` sends what is "
        "due, until SIGTERM; any number of them may run at once."
    )
    actions = parser.add_subparsers(metavar="ACTION", dest="action", required=True)
    shown = _action(actions, "list", "list all entries")
    shown.add_argument("--json", action="store_true", help="as a JSON array")
    run = _action(actions, "run", "try again what is due, and go on until SIGINT or SIGTERM")
    run.add_argument("--once", action="store_true", help="do not wait for what is due later")
    show = _action(actions, "show", "show an entry: envelope, attempts, last error, header of the message")
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true", help="as a JSON object")
    drop = _action(actions, "drop", "forget entries, and so their messages")
    drop.add_argument("ids", nargs="+", metavar="ID")
    drop.add_argument("--json", action="store_true", help="say what was dropped as a JSON array")
    again = _action(actions, "retry", "make entries due now, also failed ones")
    again.add_argument("ids", nargs="+", metavar="ID")


def _action(actions: Any, name: str, summary: str) -> ArgumentParser:
    parser: ArgumentParser = actions.add_parser(name, help=summary, description=summary, allow_abbrev=False)
    parser.add_argument(
        "--policy", metavar="FILE", help="the policy file (default: TCLSMTP_POLICY, else that of your configuration)"
    )
    return parser


def main(arguments: Namespace) -> int:
    """Do it; the exit status. Raises PolicyError and SpoolError."""
    path = arguments.policy or find(None)
    if not path:
        raise PolicyError("policy", "", "there is none, and so no queue: use --policy FILE")
    spools = Policy.load(path).spools
    if not spools:
        raise PolicyError(path, "", "no route has a [route.spool]")
    match arguments.action:
        case "list":
            _list(spools, arguments.json)
        case "show":
            _show(spools, arguments.id, arguments.json)
        case "drop":
            _drop(spools, arguments.ids, arguments.json)
        case "retry":
            _retry(spools, arguments.ids)
        case _:
            _run(path, arguments.once)
    return 0


def _stores(spools: tuple[Spool, ...]) -> Iterator[Store]:
    """Each queue that there is, open for as long as it is looked at."""
    for spool in spools:
        if not spool.path or os.path.exists(spool.path):
            with open_store(spool) as store:
                yield store


def _list(spools: tuple[Spool, ...], as_json: bool) -> None:
    found = [(store.place, entry) for store in _stores(spools) for entry in store.entries()]
    if as_json:
        print(json.dumps([described(place, entry) for place, entry in found], indent=2))
        return
    for _, entry in found:
        state = f"next try {_time(entry.due)}" if entry.due is not None else "failed"
        tries = f"{entry.attempts} attempt{'' if entry.attempts == 1 else 's'}"
        to = entry.recipients or tuple(refusal.address for refusal in entry.refused)
        print(f"{entry.id}  {state}, {tries}: <{entry.originator}> to {', '.join(f'<{address}>' for address in to)}")
        print(f"    {_printable(entry.error)}")


def _show(spools: tuple[Spool, ...], name: str, as_json: bool) -> None:
    with _found(spools, name) as (store, entry):
        header = _header(store, name)
        told = described(store.place, entry)
    if as_json:
        print(json.dumps(told | {"header": header}, indent=2))
        return
    for key, value in told.items():
        texts = value if isinstance(value, list) else [value]
        shown = ", ".join(_refusal(text) if isinstance(text, dict) else str(text) for text in texts)
        print(f"{key.replace('_', ' ')}: {_printable(shown)}")
    print()
    print("\n".join(map(_printable, header.splitlines())))


def _header(store: Store, name: str) -> str:
    try:
        return header_of(store.read(name)).decode("utf-8", "replace").replace("\r\n", "\n")
    except SpoolError:
        return ""  # the message is gone; its last error says so


def _drop(spools: tuple[Spool, ...], names: list[str], as_json: bool) -> None:
    dropped: list[dict[str, object]] = []
    for name in names:
        with _found(spools, name) as (store, entry), store.hold(name) as held:
            held.finish()
            dropped.append(described(store.place, entry))
            if not as_json:
                print(f"{name}: dropped")
    if as_json:
        print(json.dumps(dropped, indent=2))


def _retry(spools: tuple[Spool, ...], names: list[str]) -> None:
    for name in names:
        with _found(spools, name) as (store, _), store.hold(name) as held:
            entry = held.entry
            if not entry.recipients:
                raise SpoolError(store.place, f"{name} has no recipient left: they were all refused")
            held.replace(replace(entry, due=time.time(), created=time.time()))
            print(f"{name}: due now")


@contextmanager
def _found(spools: tuple[Spool, ...], name: str) -> Iterator[tuple[Store, Entry]]:
    """The queue that has an entry. Raises SpoolError where none has."""
    for store in _stores(spools):
        for entry in store.entries():
            if entry.id == name:
                yield store, entry
                return
    raise SpoolError("queue", f"there is no entry {name}")


def described(place: str, entry: Entry) -> dict[str, object]:
    """An entry for people and for JSON; times are in UTC."""
    return {
        "id": entry.id,
        "state": "failed" if entry.failed else "waiting",
        "queue": place,
        "route": entry.route,
        "servers": list(entry.call.servers),
        "from": entry.originator,
        "to": list(entry.recipients),
        "refused": [
            {"address": refusal.address, "code": refusal.code, "text": refusal.text} for refusal in entry.refused
        ],
        "message_id": entry.message_id,
        "octets": entry.size,
        "queued": _time(entry.created),
        "attempts": entry.attempts,
        "last_attempt": _time(entry.last_attempt),
        "next_attempt": _time(entry.due),
        "last_error": entry.error,
    }


def _refusal(refusal: dict[str, object]) -> str:
    return f"{refusal['address']} ({refusal['code']} {refusal['text']})"


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _printable(text: str) -> str:
    """What a server or a message says, without what a terminal would act on."""
    return "".join(character if character.isprintable() or character == "\t" else "?" for character in text)


def _run(path: str, once: bool) -> None:
    policy = with_overrides(Policy.load(path))
    with _ending() as end:
        while True:
            _must_not_rehearse(policy)
            for spool in policy.spools:
                _work_off(spool, policy, end, once)
            pauses = (spool.first_retry_seconds for spool in policy.spools)
            if once or end.wait(max(min([LONGEST_PAUSE, *pauses]), SHORTEST_PAUSE)):
                return
            try:
                policy = with_overrides(Policy.load(path))
            except PolicyError as error:
                _tell(f"the policy stays as it was: {error}")


def _must_not_rehearse(policy: Policy) -> None:
    for key in ("capture", "redirect"):
        if getattr(policy, key):
            why = "a rehearsal: what waits in a queue is meant for its recipients, and stays there"
            raise PolicyError(policy.path, key, why)


def _work_off(spool: Spool, policy: Policy, end: _End, once: bool) -> None:
    try:
        with open_store(spool) as store:
            Worker(store, spool, policy, SelectorWaiter(), _tell).run(end.is_asked_for)
    except (SpoolError, PolicyError) as error:
        # A queue, or a log, that cannot be used just now may be used later, and others meanwhile.
        if once:
            raise
        _tell(f"not now: {error}")


class _End:
    """Whether the process was asked to end: what is at hand is finished first."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def wait(self, seconds: float) -> bool:
        return bool(select.select([self._pipe], [], [], seconds)[0])

    def is_asked_for(self) -> bool:
        return self.wait(0)


@contextmanager
def _ending() -> Iterator[_End]:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    before = {number: signal.signal(number, lambda *_: None) for number in ENDS}
    wakeup = signal.set_wakeup_fd(writing)
    try:
        yield _End(reading)
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _tell(line: str) -> None:
    print(_printable(line), flush=True)
