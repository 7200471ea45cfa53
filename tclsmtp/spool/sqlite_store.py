"""A queue in an SQLite file, with the messages in files beside it: for the processes of one machine."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from tclsmtp.errors import SpoolError
from tclsmtp.spool.entry import Entry
from tclsmtp.spool.folder import Folder, check_private, check_surroundings, sync_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Self

BUSY_SECONDS = 60
"""How long to wait for other processes that write."""
BUSY_PAUSE = 0.01

BATCH = 20

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    id TEXT PRIMARY KEY,
    created REAL NOT NULL,
    due REAL,
    entry TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_by_due ON entries (due) WHERE due IS NOT NULL;
"""


class SqliteStore:
    """As Store. What is written is on disk when SQLite says so: every commit waits for it."""

    def __init__(self, path: str) -> None:
        path = os.path.abspath(path)
        self.place = path
        with self._translated():
            _make_file(path)
            self._folder = Folder(f"{path}.messages")
            self._database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            with ExitStack() as undoing:
                undoing.callback(self._database.close)
                self._set_up()
                undoing.pop_all()

    def _set_up(self) -> None:
        _use_log(self._database)
        self._database.execute("PRAGMA synchronous = FULL")
        if not self._database.execute("PRAGMA schema_version").fetchone()[0]:
            self._database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def add(self, messages: Sequence[tuple[Entry, Iterable[bytes]]]) -> None:
        """As Store.add: first the files, then the rows, in one transaction."""
        locks: list[int] = []
        entries = []
        with self._translated():
            try:
                for entry, pieces in messages:
                    fd, size = self._folder.write(entry.id, pieces)
                    locks.append(fd)
                    entries.append(replace(entry, size=size))
                self._folder.sync()
                self._insert(entries)
            finally:
                # Where it failed, and it is not known whether the rows are there, `clean` will know.
                for fd in locks:
                    os.close(fd)

    def _insert(self, entries: list[Entry]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        with self._database:
            for entry in entries:
                values = (entry.id, entry.created, entry.due, entry.to_json())
                self._database.execute("INSERT INTO entries VALUES (?, ?, ?, ?)", values)

    def entries(self) -> list[Entry]:
        """As Store.entries."""
        with self._translated():
            rows = self._database.execute("SELECT entry FROM entries ORDER BY created, id").fetchall()
            return [Entry.from_json(text) for (text,) in rows]

    def find(self, name: str) -> Entry:
        """As Store.find."""
        entry = self._find(name)
        if entry is None:
            raise SpoolError(self.place, f"there is no entry {name}")
        return entry

    def _find(self, name: str) -> Entry | None:
        with self._translated():
            row = self._database.execute("SELECT entry FROM entries WHERE id = ?", (name,)).fetchone()
            return row and Entry.from_json(row[0])

    def read(self, name: str) -> Iterator[bytes]:
        """As Store.read."""
        with self._translated():
            yield from self._folder.read(name)

    def take(self, now: float, begin: Callable[[Entry], Entry]) -> SqliteTaken | None:
        """As Store.take."""
        query = "SELECT id FROM entries WHERE due <= ? ORDER BY due, id LIMIT ? OFFSET ?"
        seen = 0
        while True:
            with self._translated():
                names = self._database.execute(query, (now, BATCH, seen)).fetchall()
            if not names:
                return None
            seen += len(names)
            for (name,) in names:
                taken = self._lock(name)
                # Before it was locked, somebody else may have been done with it.
                if taken and taken.entry.due is not None and taken.entry.due <= now:
                    taken.replace(begin(taken.entry))
                    return taken
                if taken:
                    taken.__exit__()

    def hold(self, name: str) -> SqliteTaken:
        """As Store.hold."""
        entry = self.find(name)
        taken = self._lock(entry.id)
        if taken is None:
            raise SpoolError(self.place, f"{name} is being sent just now")
        return taken

    def _lock(self, name: str) -> SqliteTaken | None:
        with self._translated():
            try:
                fd = self._folder.lock(name)
            except FileNotFoundError:
                # What it had to say is lost; that it is, is to be seen.
                entry = self._find(name)
                if entry is None:
                    return None
                taken = SqliteTaken(self, entry, None)
                taken.replace(replace(entry, due=None, error="the file of the message is gone"))
                return taken
        if fd is None:
            return None
        entry = self._find(name)
        if entry is None:
            os.close(fd)
            return None
        return SqliteTaken(self, entry, fd)

    def write(self, entry: Entry) -> None:
        """Write down what became of an entry."""
        with self._translated():
            values = (entry.due, entry.to_json(), entry.id)
            self._database.execute("UPDATE entries SET due = ?, entry = ? WHERE id = ?", values)

    def delete(self, name: str) -> None:
        """Forget an entry, and then its file."""
        with self._translated():
            self._database.execute("DELETE FROM entries WHERE id = ?", (name,))
            self._folder.remove(name)

    def clean(self) -> None:
        """As Store.clean."""
        with self._translated():
            self._folder.clean(lambda name: self._find(name) is not None)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise SpoolError(self.place, getattr(error, "strerror", None) or str(error)) from error
        except ValueError as error:
            raise SpoolError(self.place, str(error)) from error


class SqliteTaken:
    """As Taken. The lock of the message's file makes it so."""

    def __init__(self, store: SqliteStore, entry: Entry, fd: int | None) -> None:
        self.entry = entry
        self._store = store
        self._fd = fd

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def finish(self) -> None:
        """As Taken.finish."""
        self._store.delete(self.entry.id)

    def replace(self, entry: Entry) -> None:
        """As Taken.replace."""
        self._store.write(entry)
        self.entry = entry


def _use_log(database: sqlite3.Connection) -> None:
    """Have SQLite write to a log first: readers and writers then do not wait for each other."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # Unlike all else, this does not wait by itself for others that do the same just now.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(BUSY_PAUSE)


def _make_file(path: str) -> None:
    """The file, for this user alone; SQLite gives those that it puts beside it the same mode."""
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        os.makedirs(folder, 0o700, exist_ok=True)
        sync_folder(os.path.dirname(folder))
    check_surroundings(folder)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600))
        sync_folder(folder)
    except FileExistsError:
        check_private(path)
