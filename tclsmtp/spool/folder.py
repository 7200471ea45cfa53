"""A folder of message files, each of which one process at a time may have.

A file is locked while it is written and while its message is being sent. The system lets go of the lock of a process
that ends, however it does: so there is no time after which a lock counts for nothing, and none that is too short.
"""

from __future__ import annotations

import fcntl
import os
import stat
from contextlib import ExitStack, suppress

from tclsmtp.errors import SpoolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PIECE = 1 << 18
ENDING = ".eml"


class Folder:
    """The folder at `path`; it is made where there is none yet. Everything raises OSError."""

    def __init__(self, path: str) -> None:
        self.path = path
        with suppress(FileExistsError):
            os.mkdir(path, 0o700)
            sync_folder(os.path.dirname(path))
        check_private(path)

    def write(self, name: str, pieces: Iterable[bytes]) -> tuple[int, int]:
        """Write a new file, and have its octets on disk; its descriptor, which holds the lock, and its size.

        For its name to be on disk too, `sync` comes after it.
        """
        fd = self._create(name)
        with ExitStack() as undoing:
            undoing.callback(os.close, fd)
            undoing.callback(self.remove, name)
            size = 0
            for piece in pieces:
                view = memoryview(piece)
                while view:
                    view = view[os.write(fd, view) :]
                size += len(piece)
            os.fsync(fd)
            undoing.pop_all()
        return fd, size

    def _create(self, name: str) -> int:
        while True:
            fd = os.open(self._file(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
            fcntl.flock(fd, fcntl.LOCK_EX)
            if os.fstat(fd).st_nlink:
                return fd
            # Somebody took it for left behind, before it was locked.
            os.close(fd)

    def sync(self) -> None:
        """Have the names of the files on disk."""
        sync_folder(self.path)

    def lock(self, name: str) -> int | None:
        """A descriptor that holds the lock of a file, to be closed; None where another process has it.

        Raises FileNotFoundError.
        """
        fd = os.open(self._file(name), os.O_RDONLY | os.O_NOFOLLOW)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return None
        return fd

    def read(self, name: str) -> Iterator[bytes]:
        """The octets of a file."""
        with open(self._file(name), "rb", buffering=0) as file:
            while piece := file.read(PIECE):
                yield piece

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(self._file(name))

    def clean(self, is_known: Callable[[str], bool]) -> None:
        """Remove files that nobody has and that are not known."""
        for file in os.listdir(self.path):
            name = file.removesuffix(ENDING)
            if name == file or is_known(name):
                continue
            with suppress(FileNotFoundError):
                fd = self.lock(name)
                if fd is not None:
                    # Nobody is at it any more, so that what is not known now will never be.
                    if not is_known(name):
                        self.remove(name)
                    os.close(fd)

    def _file(self, name: str) -> str:
        return os.path.join(self.path, name + ENDING)


def check_private(path: str) -> None:
    """Raise SpoolError where others than this user and root could read or change a file or folder of the spool."""
    status = os.lstat(path)
    if stat.S_ISLNK(status.st_mode):
        raise SpoolError(path, "it is a symbolic link")
    if status.st_uid not in (os.getuid(), 0):
        raise SpoolError(path, "it belongs to another user")
    if status.st_mode & 0o077:
        mode = "700" if stat.S_ISDIR(status.st_mode) else "600"
        raise SpoolError(path, f"others can read or write it (mode {stat.S_IMODE(status.st_mode):04o}): chmod {mode}")


def check_surroundings(path: str) -> None:
    """Raise SpoolError where others could put something else in the place of what is in a folder."""
    status = os.stat(path)
    if status.st_mode & 0o022 and not status.st_mode & stat.S_ISVTX:
        raise SpoolError(path, f"others can write to the folder (mode {stat.S_IMODE(status.st_mode):04o}): chmod 700")
    if status.st_uid not in (os.getuid(), 0):
        raise SpoolError(path, "the folder belongs to another user")


def sync_folder(path: str) -> None:
    """Have the names in a folder on disk."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
