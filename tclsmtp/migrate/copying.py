"""The copy of a script's folder in which it runs: made once, and put back to what it was before each run.

What a run changed is found by what the file system keeps of each file, the time of its last change among it, which no
program can set.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.script import NOT_COPIED

MAX_BYTES = 256 * 1024 * 1024
MAX_FILES = 20_000
"""What a script's folder may hold to be copied, without what is NOT_COPIED."""

SCRATCH = "tclsmtp-scratch-"
"""How the names of scratch folders begin, which may be in the folder of the script."""

TICK = 0.02
"""Seconds after which a further change of a file has another time, for the clocks that file systems use are coarse."""

SECOND = 1_000_000_000
"""In nanoseconds."""


class _Seen(NamedTuple):
    """What tells a file from what is made of it. Times are in nanoseconds; of folders the first two alone count."""

    mode: int
    mtime: int
    size: int = 0
    ctime: int = 0
    inode: int = 0

    @property
    def is_folder(self) -> bool:
        return stat.S_ISDIR(self.mode)


class FolderCopy:
    """A copy of one folder after the other, at the same place."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.source: Path | None = None
        self._given: dict[str, _Seen] = {}
        self._made: dict[str, _Seen] = {}

    def prepare(self, source: Path) -> None:
        """Make it hold what the folder holds now, but for NOT_COPIED and scratch folders. Links lead where they led.

        Raises MigrateError where that is more than MAX_BYTES or MAX_FILES, or cannot be read.
        """
        try:
            given = _scan(source, _is_left_behind)
            _check_size(source, given)
            if (source, given) != (self.source, self._given) or not self._is_told_apart():
                self.discard()
                self.source, self._given = source, given
            self._put_back()
        except (OSError, shutil.Error) as error:
            self.discard()
            raise MigrateError(f"{source}: cannot be copied: {error}") from error

    def discard(self) -> None:
        """Remove it: what still holds on to the files in it will not meet the next ones."""
        remove(self.target)
        self._made = {}

    def _is_told_apart(self) -> bool:
        """Whether the file system keeps more than whole seconds."""
        return any(seen.ctime % SECOND for seen in self._made.values())

    def _put_back(self) -> None:
        try:
            there = _scan(self.target)
            added = sorted(there.keys() - self._given.keys(), reverse=True)
            for path in added:
                _remove_one(self.target / path)
        except OSError:
            # It is gone, or cannot be read or changed any more.
            self.discard()
            there, added = {}, []
        changed = [path for path in sorted(self._given) if path not in there or there[path] != self._made.get(path)]
        for path in changed:
            self._copy(path)
        if changed or added:
            self._set_folders()
            self._made = _scan(self.target)
            _settle(self._made)

    def _copy(self, path: str) -> None:
        assert self.source
        source, target = self.source / path, self.target / path
        with suppress(FileNotFoundError):
            is_folder = stat.S_ISDIR(target.lstat().st_mode)
            if is_folder and self._given[path].is_folder:
                return
            _remove_one(target)
        if self._given[path].is_folder:
            target.mkdir()
        elif source.is_symlink() and not source.resolve().is_relative_to(self.source.resolve()):
            target.symlink_to(source.resolve())
        else:
            shutil.copy2(source, target, follow_symlinks=False)

    def _set_folders(self) -> None:
        # The innermost first, for whatever is made in a folder changes its time.
        for path in sorted(self._given, reverse=True):
            seen, target = self._given[path], self.target / path
            if seen.is_folder and _seen(target.lstat()) != seen:
                target.chmod(stat.S_IMODE(seen.mode))
                os.utime(target, ns=(seen.mtime, seen.mtime))


def remove(folder: Path) -> None:
    """Remove a file, or a folder and what is in it, as far as that is possible, even where it was made unreadable."""
    if folder.is_symlink() or not folder.is_dir():
        with suppress(OSError):
            folder.unlink()
        return
    shutil.rmtree(folder, ignore_errors=True)
    if folder.is_dir():
        for place, names, _ in os.walk(folder):
            for path in (Path(place), *(Path(place, name) for name in names)):
                if not path.is_symlink():
                    with suppress(OSError):
                        path.chmod(stat.S_IRWXU)
        shutil.rmtree(folder, ignore_errors=True)


def _remove_one(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _nothing(_: os.DirEntry[str]) -> bool:
    return False


def _scan(top: Path, left_out: Callable[[os.DirEntry[str]], bool] = _nothing) -> dict[str, _Seen]:
    """What is in a folder, by path; the folder itself is "". Raises OSError."""
    found = {"": _seen(top.stat())}
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        with os.scandir(top / folder) as entries:
            for entry in entries:
                if left_out(entry):
                    continue
                path = f"{folder}/{entry.name}" if folder else entry.name
                found[path] = _seen(entry.stat(follow_symlinks=False))
                if found[path].is_folder:
                    waiting.append(path)
    return found


def _seen(status: os.stat_result) -> _Seen:
    if stat.S_ISDIR(status.st_mode):
        return _Seen(status.st_mode, status.st_mtime_ns)
    return _Seen(status.st_mode, status.st_mtime_ns, status.st_size, status.st_ctime_ns, status.st_ino)


def _check_size(source: Path, given: dict[str, _Seen]) -> None:
    if len(given) - 1 > MAX_FILES or sum(seen.size for seen in given.values()) > MAX_BYTES:
        raise MigrateError(
            f"{source}: more than {MAX_BYTES >> 20} MiB or {MAX_FILES} files, which is too much to copy for "
            "each run; put the script into a folder of its own"
        )


def _is_left_behind(entry: os.DirEntry[str]) -> bool:
    """Whether it is not copied. Pipes and the like cannot be."""
    if entry.name in NOT_COPIED or entry.name.startswith(SCRATCH):
        return True
    return not (entry.is_symlink() or entry.is_dir() or entry.is_file())


def _settle(made: dict[str, _Seen]) -> None:
    if time.time() - max(seen.ctime for seen in made.values()) / SECOND < TICK:
        time.sleep(TICK)
