"""What every queue does, whatever it is kept in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tclsmtp.errors import SpoolError
from tclsmtp.policy.spooling import Spool
from tclsmtp.spool.store import open_store
from tests.spool.spooling import entry, later, octets, same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.spool.store import Store

    Open = Callable[[], Store]


@pytest.fixture(params=["sqlite", "redis"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Opens the same queue each time."""
    if request.param == "sqlite":
        spool = Spool(path=str(tmp_path / "queue.sqlite"))
    else:
        spool = Spool(url=request.getfixturevalue("empty_redis"))
    return lambda: open_store(spool)


def test_what_was_added_is_there_for_another_process(opened: Open) -> None:
    with opened() as store:
        store.add([(entry("1"), [b"one ", b"message"]), (entry("2"), [b"another"])])
    with opened() as store:
        assert store.entries() == [replace(entry("1"), size=11), replace(entry("2"), size=7)]
        assert (octets(store, "1"), octets(store, "2")) == (b"one message", b"another")


def test_the_oldest_entry_is_the_first(opened: Open) -> None:
    with opened() as store:
        store.add([(entry(name, created=created), [b"x"]) for name, created in (("1", 3), ("2", 1), ("3", 2))])
        assert [found.id for found in store.entries()] == ["2", "3", "1"]


def test_what_is_due_is_taken_the_first_first(opened: Open) -> None:
    with opened() as store:
        store.add([(entry(name, due=due), [b"x"]) for name, due in (("1", 9), ("2", 8), ("3", 11))])
        names = []
        while taken := store.take(10, later):
            with taken:
                names.append(taken.entry.id)
        assert names == ["2", "1"]


def test_what_begins_is_written_down_first(opened: Open) -> None:
    with opened() as store:
        store.add([(entry(), [b"x"])])
        taken = store.take(10, later)
        assert taken
        with taken:
            assert store.find("1").due == taken.entry.due == 20


def test_nobody_gets_what_another_has(opened: Open) -> None:
    with opened() as store, opened() as other:
        store.add([(entry(str(number)), [b"x"]) for number in range(30)])
        all_taken = [store.take(10, same) for _ in range(25)] + [other.take(10, same) for _ in range(5)]
        assert other.take(10, same) is None
        with pytest.raises(SpoolError, match="7 is being sent just now"):
            other.hold("7")
        names = set()
        for taken in all_taken:
            assert taken
            with taken:
                names.add(taken.entry.id)
        assert len(names) == 30
        with other.hold("7") as held:
            assert held.entry.id == "7"


def test_what_is_finished_is_gone(opened: Open) -> None:
    with opened() as store:
        store.add([(entry(), [b"x"])])
        with store.hold("1") as taken:
            taken.finish()
        assert store.entries() == []
        assert store.take(10, same) is None
        for look in (store.find, store.hold, lambda name: octets(store, name)):
            with pytest.raises(SpoolError):
                look("1")


def test_what_is_finished_does_not_come_back(opened: Open) -> None:
    with opened() as store:
        store.add([(entry(), [b"x"])])
        with store.hold("1") as taken:
            taken.finish()
            taken.replace(taken.entry)
        assert store.entries() == []
        assert store.take(10, same) is None


def test_what_became_of_one_is_written_down(opened: Open) -> None:
    with opened() as store:
        store.add([(entry(), [b"x"])])
        with store.hold("1") as taken:
            taken.replace(replace(taken.entry, due=None, error="550 never"))
        assert (store.find("1").failed, store.find("1").error) == (True, "550 never")
        assert store.take(1e9, same) is None
        with store.hold("1") as taken:
            taken.replace(replace(taken.entry, due=5.0))
        taken_again = store.take(10, same)
        assert taken_again
        taken_again.__exit__()


def test_all_or_none_is_kept_where_a_message_cannot_be_had(opened: Open) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half a "
        raise OSError(5, "Input/output error")

    with opened() as store:
        with pytest.raises(SpoolError, match="Input/output error"):
            store.add([(entry("1"), [b"x"]), (entry("2"), broken())])
        assert store.entries() == []


def test_an_entry_that_is_not_there_is_told(opened: Open) -> None:
    with opened() as store, pytest.raises(SpoolError, match="there is no entry 1"):
        store.find("1")
