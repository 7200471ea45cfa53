"""Running scripts with a capture server of its own for each run: one side, recorded or compared, and many at a time."""

from __future__ import annotations

import signal
import socket
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import TypeVar

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.capture import CaptureServer
from tclsmtp.migrate.copying import SCRATCH, remove
from tclsmtp.migrate.model import Run
from tclsmtp.migrate.processes import Running
from tclsmtp.migrate.reference import Shell, check_captured, find_reference
from tclsmtp.migrate.rules import rules_of
from tclsmtp.migrate.run import Area
from tclsmtp.migrate.script import Script
from tclsmtp.migrate.terminal import progress
from tclsmtp.smtp.envelope import login_name

NOWHERE = ("127.0.0.1", 9)

T = TypeVar("T")


class Recorder:
    """Runs scripts under the reference alone."""

    def __init__(self, reference: str = "tclsh", dialect: str | None = None) -> None:
        """Find the reference. Raises MigrateError."""
        self._reference = find_reference(reference, dialect)
        self._running = Running()
        check_shells((self._reference,))
        self._areas = Areas((self._reference,), self._running)

    def run(self, script: Script) -> Run:
        """Run the script as for a recording.

        Raises MigrateError where it cannot be; a run that does not count says so.
        """
        with self._areas.lend(script.folder) as area:
            return run_captured(area, script.for_recordings(), self._reference)

    def interrupt(self) -> None:
        """End the scripts that run, and run no more."""
        self._running.end()


class Areas:
    """Scratch areas for runs under these shells, for one script after the other. They are gone when this is."""

    def __init__(self, shells: tuple[Shell, ...], running: Running) -> None:
        self._shells = shells
        self._running = running
        self._lock = Lock()
        self._free: list[Area] = []
        self._folders: list[Path] = []
        weakref.finalize(self, _remove_all, self._folders)

    @contextmanager
    def lend(self, folder: Path) -> Iterator[Area]:
        """An area for runs of a script of that folder; if there is one with a copy of it, that one."""
        with self._lock:
            fitting = [area for area in self._free if area.copy.source == folder]
            area = next(iter(fitting or self._free), None) or self._make()
            if area in self._free:
                self._free.remove(area)
        try:
            yield area
        finally:
            with self._lock:
                self._free.append(area)

    def _make(self) -> Area:
        folder = Path(mkdtemp(prefix=SCRATCH)).resolve()
        self._folders.append(folder)
        return Area(folder, self._shells, self._running)


def _remove_all(folders: list[Path]) -> None:
    for folder in folders:
        remove(folder)


def check_shells(shells: tuple[Shell, ...]) -> None:
    """Make sure that nothing goes out under these shells. Raises MigrateError."""
    for shell in shells:
        with Areas(shells, Running()).lend(Path()) as area:
            area.lead_to(shell, NOWHERE)
            env = area.environment(Script("", area.folder, Path()), shell)
            check_captured(shell, area.folder / "tcl" / "captured.tcl", env)


def run_captured(area: Area, script: Script, shell: Shell) -> Run:
    """Run a script with a capture server of its own. Raises MigrateError where the server or the copy cannot be."""
    setup = script.setup
    with CaptureServer(offer=frozenset(setup.offer), rules=rules_of(setup.refuse, setup.rules)) as server:
        ended = area.run(script, shell, (server.host, server.port))
        captured = server.captured()
    return Run(
        shell.name,
        shell.dialect,
        ended.exit_code,
        ended.stdout,
        ended.stderr,
        ended.begun,
        ended.seconds,
        captured,
        ended.error,
        login_name(),
        host_names(),
    )


@cache
def host_names() -> tuple[str, ...]:
    """What this machine is called: its own word for it, and what that is known as, which Tcl prefers."""
    own = socket.gethostname()
    try:
        known = socket.gethostbyname_ex(own)[0]
    except OSError:
        known = own
    return tuple(dict.fromkeys((own, known)))


def run_all(
    work: Callable[[Script], T], scripts: Sequence[Script], jobs: int, interrupt: Callable[[], None], *, quiet: bool
) -> list[T]:
    """Do the work for each script, some at a time, and give what came of it in their order.

    Ctrl-C and SIGTERM end the scripts that run, and raise MigrateError.
    """
    with _terminated_as_interrupted(), ThreadPoolExecutor(jobs) as pool, progress(len(scripts), quiet=quiet) as done:
        futures = {pool.submit(work, script): script for script in scripts}
        try:
            for future in as_completed(futures):
                future.result()
                done(futures[future].name)
        except BaseException:
            interrupt()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in futures]


@contextmanager
def _terminated_as_interrupted() -> Iterator[None]:
    # Scripts are in sessions of their own: no signal that ends this process reaches them.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        raise MigrateError("interrupted") from None
    finally:
        signal.signal(signal.SIGTERM, before)
