from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tclsmtp.errors import SpoolError
from tclsmtp.spool.entry import Call, Entry
from tclsmtp.spool.sqlite_store import SqliteStore
from tests.spool.spooling import octets, plan


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


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "spool" / "queue.sqlite")


def test_what_was_added_is_there_for_another_process(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry("1"), [b"one ", b"message"]), (entry("2"), [b"another"])])
    with SqliteStore(path) as store:
        assert store.entries() == [replace(entry("1"), size=11), replace(entry("2"), size=7)]
        assert (octets(store, "1"), octets(store, "2")) == (b"one message", b"another")


def test_it_is_there_for_this_user_alone(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry(), [b"x"])])
        folder = Path(path).parent
        modes = {file.name: file.stat().st_mode & 0o777 for file in (folder, *folder.rglob("*"))}
    assert modes == {
        "spool": 0o700,
        "queue.sqlite": 0o600,
        "queue.sqlite-wal": 0o600,
        "queue.sqlite-shm": 0o600,
        "queue.sqlite.messages": 0o700,
        "1.eml": 0o600,
    }


@pytest.mark.parametrize(
    ("name", "mode", "why"),
    [
        ("", 0o777, "others can write to the folder (mode 0777): chmod 700"),
        ("queue.sqlite", 0o640, "others can read or write it (mode 0640): chmod 600"),
        ("queue.sqlite.messages", 0o755, "others can read or write it (mode 0755): chmod 700"),
    ],
)
def test_it_is_not_used_where_others_can_get_at_it(path: str, name: str, mode: int, why: str) -> None:
    with SqliteStore(path):
        pass
    place = Path(path).parent / name
    place.chmod(mode)
    with pytest.raises(SpoolError) as caught:
        SqliteStore(path)
    assert (caught.value.place, caught.value.why) == (str(place), why)


def test_a_link_is_not_followed(path: str, tmp_path: Path) -> None:
    Path(path).parent.mkdir(mode=0o700)
    os.symlink(tmp_path / "elsewhere", path)
    with pytest.raises(SpoolError, match="it is a symbolic link"):
        SqliteStore(path)
    assert not (tmp_path / "elsewhere").exists()


def test_commits_wait_for_the_disk(path: str) -> None:
    with SqliteStore(path) as store:
        assert store._database.execute("PRAGMA synchronous").fetchone() == (2,)


def test_what_is_no_queue_is_told(path: str) -> None:
    Path(path).parent.mkdir(mode=0o700)
    Path(path).write_bytes(b"something else, and quite a lot of it" * 100)
    Path(path).chmod(0o600)
    with pytest.raises(SpoolError, match="file is not a database"):
        SqliteStore(path)


def test_what_another_version_wrote_is_told(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry(), [b"x"])])
        store._database.execute("""UPDATE entries SET entry = replace(entry, '"version": 1', '"version": 2')""")
        with pytest.raises(SpoolError, match="another version"):
            store.entries()


def test_what_is_due_is_taken_the_first_first(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry("1", due=9), [b"x"]), (entry("2", due=8), [b"x"]), (entry("3", due=11), [b"x"])])
        store.add([(entry("4", due=None), [b"x"])])
        names = []
        while taken := store.take(10, later):
            names.append(taken.entry.id)
            taken.__exit__()
        assert names == ["2", "1"]


def test_what_begins_is_written_down_first(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry(), [b"x"])])
        taken = store.take(10, later)
        assert taken
        assert store.find("1").due == taken.entry.due == 20
        taken.__exit__()


def test_nobody_gets_what_another_has(path: str) -> None:
    with SqliteStore(path) as store, SqliteStore(path) as other:
        store.add([(entry(str(number)), [b"x"]) for number in range(50)])
        first = [store.take(10, same) for _ in range(45)]
        second = [other.take(10, same) for _ in range(5)]
        assert other.take(10, same) is None
        with pytest.raises(SpoolError, match="0 is being sent just now"):
            other.hold("0")
        names = [taken.entry.id for taken in first + second if taken]
        assert sorted(names, key=int) == [str(number) for number in range(50)]
        for taken in first + second:
            assert taken
            taken.__exit__()


def test_what_a_process_had_that_was_killed_is_free_at_once(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry(), [b"x"])])
    program = (
        "import os, sys; from tclsmtp.spool.sqlite_store import SqliteStore\n"
        "taken = SqliteStore(sys.argv[1]).take(10, lambda entry: entry)\n"
        "print(taken.entry.id, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program, path]
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
        SqliteStore(path) as store,
    ):
        assert process.stdout
        assert process.stdout.readline() == "1\n"
        assert store.take(10, same) is None
        process.kill()
        process.wait()
        taken = store.take(10, same)
        assert taken
        taken.__exit__()


def test_what_is_finished_is_gone_with_its_file(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry(), [b"x"])])
        with store.hold("1") as taken:
            taken.finish()
        assert store.entries() == []
        assert os.listdir(f"{path}.messages") == []
        with pytest.raises(SpoolError, match="there is no entry 1"):
            store.find("1")


def test_what_became_of_one_is_written_down(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry(), [b"x"])])
        with store.hold("1") as taken:
            taken.replace(replace(taken.entry, due=None, error="550 never"))
        assert (store.find("1").failed, store.find("1").error) == (True, "550 never")
        assert store.take(1e9, same) is None


def test_files_that_nobody_has_and_no_entry_names_are_cleaned_away(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry(), [b"x"])])
        folder = Path(f"{path}.messages")
        (folder / "left.eml").write_bytes(b"half a mess")
        fd, _ = store._folder.write("written", [b"x"])
        store.clean()
        assert sorted(os.listdir(folder)) == ["1.eml", "written.eml"]
        os.close(fd)
        store.clean()
        assert os.listdir(folder) == ["1.eml"]


def test_an_entry_whose_file_is_gone_has_failed(path: str) -> None:
    with SqliteStore(path) as store:
        store.add([(entry(), [b"x"])])
        Path(f"{path}.messages", "1.eml").unlink()
        assert store.take(10, same) is None
        assert (store.find("1").failed, store.find("1").error) == (True, "the file of the message is gone")
        with store.hold("1") as taken:
            taken.finish()
        assert store.entries() == []


def test_all_or_none_is_kept_where_a_message_cannot_be_had(path: str) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half a "
        raise OSError(errno.EIO, "Input/output error")

    with SqliteStore(path) as store:
        with pytest.raises(SpoolError, match="Input/output error"):
            store.add([(entry("1"), [b"x"]), (entry("2"), broken())])
        assert store.entries() == []
        store.clean()
        assert os.listdir(f"{path}.messages") == []
