"""A queue in an SQLite file: what is its own."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tclsmtp.errors import SpoolError
from tclsmtp.spool.sqlite_store import SqliteStore
from tests.spool.spooling import entry, same


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "spool" / "queue.sqlite")


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


def test_a_message_is_on_disk_before_its_entry_is(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def sync(fd: int) -> None:
        steps.append(os.path.basename(os.readlink(f"/proc/self/fd/{fd}")))

    with SqliteStore(path) as store:
        monkeypatch.setattr(os, "fsync", sync)
        store._database.set_trace_callback(lambda statement: steps.append(statement.split()[0]))
        store.add([(entry("1"), [b"x"]), (entry("2"), [b"x"])])
    assert steps == ["1.eml", "2.eml", "queue.sqlite.messages", "BEGIN", "INSERT", "INSERT", "COMMIT"]


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


def test_files_of_what_could_not_be_added_are_cleaned_away(path: str) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half a "
        raise OSError(errno.EIO, "Input/output error")

    with SqliteStore(path) as store:
        with pytest.raises(SpoolError):
            store.add([(entry("1"), [b"x"]), (entry("2"), broken())])
        store.clean()
        assert os.listdir(f"{path}.messages") == []


def test_many_processes_can_make_it_at_once(path: str) -> None:
    program = (
        "import sys; from tclsmtp.spool.sqlite_store import SqliteStore\n"
        "print(flush=True); sys.stdin.readline()\n"
        "with SqliteStore(sys.argv[1]) as store: store.entries()"
    )
    command = [sys.executable, "-c", program, path]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdout
        process.stdout.readline()
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 6
