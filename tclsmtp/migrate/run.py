"""Running a script once, in a scratch copy of its folder, where whatever it connects to is the capture server.

The reference's sockets are led there by an init.tcl that stands in for Tcl's own, found through TCL_LIBRARY: it reaches
child interpreters and scripts that the script starts, and neither the script's arguments nor a trace of an error shows
it. The mail of tclsmtp is led there by a policy.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from tclsmtp.bridge.interpreter import tcl_directory
from tclsmtp.errors import MigrateError
from tclsmtp.migrate.reference import Shell
from tclsmtp.migrate.script import Script

MAX_BYTES = 256 * 1024 * 1024
MAX_FILES = 20_000
"""What a script's folder may hold to be copied, without the folders of NOT_COPIED."""
NOT_COPIED = frozenset((".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules"))

_CAPTURE = Path(tcl_directory(), "capture", "capture.tcl")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
_INIT = """\
if {{[catch {{
    source -encoding utf-8 {capture}
    ::tclsmtp_capture::begin {host} {port}
    set tcl_library [dict get {libraries} [info patchlevel]]
}}]}} {{
    # Tcl goes on to its own init.tcl: without sockets, so that nothing goes out.
    catch {{rename ::socket {{}}}}
    error "this Tcl is neither of the two that are compared"
}}
source [file join $tcl_library init.tcl]
"""
_ASK = """\
puts [expr {[llength [info commands ::tclsmtp_capture::socket]] ? "captured" : "free"}]
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: as in `model.Run`, without what the server saw."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    begun: float
    seconds: float
    error: str = ""


class Running:
    """The processes that run scripts, of whichever thread, so that all of them can be ended at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._groups: set[int] = set()
        self._over = False

    def start(self, command: Sequence[str], folder: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start a process as the first of a session of its own.

        Raises OSError where it cannot be started, and MigrateError after `end`.
        """
        with self._lock:
            if self._over:
                raise MigrateError("interrupted")
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=folder,
                env=env,
                start_new_session=True,
            )
            self._groups.add(process.pid)
            return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """It is at its end."""
        with self._lock:
            self._groups.discard(process.pid)

    def end(self) -> None:
        """End all of them, and let no more begin."""
        with self._lock:
            self._over = True
            for group in self._groups:
                with suppress(ProcessLookupError):
                    os.killpg(group, signal.SIGKILL)


@dataclass(frozen=True, slots=True)
class Area:
    """A scratch folder, and the shells whose Tcl may be met in it.

    Runs in one area are one after the other and find the same paths.
    """

    folder: Path
    shells: tuple[Shell, ...]
    running: Running = field(default_factory=Running)

    @property
    def work(self) -> Path:
        """The copy of the script's folder."""
        return self.folder / "work"

    def run(self, script: Script, shell: Shell, address: tuple[str, int]) -> Ended:
        """Run the script; `address` is the host and port of the capture server.

        Raises MigrateError where the folder is too large to be copied, or cannot be.
        """
        with self._prepared(script, shell, address) as env:
            return self._run(script, shell, env)

    def environment(self, script: Script, shell: Shell) -> dict[str, str]:
        """What the script finds in its environment: that of this process, and the same for either side."""
        env = {key: value for key, value in os.environ.items() if script.setup.display or key not in _DISPLAYS}
        env |= dict(script.setup.env)
        return env | {
            "TCL_LIBRARY": str(self.folder / "tcl"),
            "TCLSMTP_POLICY": str(self.folder / "policy.toml"),
            "TCLSMTP_DIALECT": shell.dialect,
        }

    @contextmanager
    def _prepared(self, script: Script, shell: Shell, address: tuple[str, int]) -> Iterator[dict[str, str]]:
        try:
            copy_folder(script.folder, self.work)
            self.lead_to(shell, address)
            yield self.environment(script, shell)
        finally:
            shutil.rmtree(self.work, ignore_errors=True)
            shutil.rmtree(self.folder / "tcl", ignore_errors=True)

    def lead_to(self, shell: Shell, address: tuple[str, int]) -> None:
        """Write what leads the shell's sockets and mail to a server."""
        host, port = address
        (self.folder / "policy.toml").write_text(f'[[route]]\nconnect_to = "{host}:{port}"\nverify = "never"\n')
        own = self.folder / "tcl"
        own.mkdir()
        for path in Path(shell.library).iterdir():
            if path.name != "init.tcl":
                (own / path.name).symlink_to(path)
        libraries = {known.tcl: known.library for known in (*self.shells, shell)}
        listed = tcl_list(word for pair in libraries.items() for word in pair)
        init = _INIT.format(capture=tcl_list([str(_CAPTURE)]), host=host, port=port, libraries=tcl_list([listed]))
        (own / "init.tcl").write_text(init, encoding="utf-8")
        (own / "captured.tcl").write_text(_ASK)

    def _run(self, script: Script, shell: Shell, env: Mapping[str, str]) -> Ended:
        setup = script.setup
        begun, clock = time.time(), time.monotonic()
        name = script.path.name
        # tclsh takes what begins with a dash for an option.
        command = (*shell.command, f"./{name}" if name.startswith("-") else name, *setup.args)
        try:
            process = self.running.start(command, self.work / script.path.parent, env)
        except (OSError, ValueError) as error:
            return Ended(-1, b"", b"", begun, 0.0, f"could not be started: {error}")
        with process:
            why, out, err = _wait(process, setup.stdin.encode(), setup.timeout)
        self.running.forget(process)
        plain = (os.fsencode(self.work), b"<folder>")
        seconds = time.monotonic() - clock
        return Ended(process.returncode, out.replace(*plain), err.replace(*plain), begun, seconds, why)


def _wait(process: subprocess.Popen[bytes], stdin: bytes, seconds: float) -> tuple[str, bytes, bytes]:
    """What is in the way, if anything, and the output: the script is at its end when no process holds it any more."""
    try:
        return "", *process.communicate(stdin, seconds)
    except subprocess.TimeoutExpired:
        return f"took longer than {seconds:g} seconds", *_end(process)
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """End the script and all that it started, but what went into a session of its own; its output until then."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()
    try:
        return process.communicate(timeout=5)
    except subprocess.TimeoutExpired as error:
        return error.stdout or b"", error.stderr or b""


def copy_folder(source: Path, target: Path) -> None:
    """Copy the files and folders in a folder, but for NOT_COPIED. Links stay links and lead where they led.

    Raises MigrateError where it holds more than MAX_BYTES or MAX_FILES, or cannot be read.
    """
    try:
        _check_size(source)
        shutil.copytree(source, target, symlinks=True, ignore=_not_copied)
        for folder, folders, names in os.walk(source):
            folders[:] = [name for name in folders if name not in NOT_COPIED]
            for path in (Path(folder, name) for name in (*folders, *names)):
                if (
                    path.name not in NOT_COPIED
                    and path.is_symlink()
                    and not path.resolve().is_relative_to(source.resolve())
                ):
                    copy = target / path.relative_to(source)
                    copy.unlink()
                    copy.symlink_to(path.resolve())
    except (OSError, shutil.Error) as error:
        raise MigrateError(f"{source}: cannot be copied: {error}") from error


def _check_size(source: Path) -> None:
    size = files = 0
    for folder, folders, names in os.walk(source):
        folders[:] = [name for name in folders if name not in NOT_COPIED]
        files += len(names)
        size += sum(os.lstat(os.path.join(folder, name)).st_size for name in names)
        if size > MAX_BYTES or files > MAX_FILES:
            raise MigrateError(
                f"{source}: more than {MAX_BYTES >> 20} MiB or {MAX_FILES} files, which is too much to copy for "
                "each run; put the script into a folder of its own"
            )


def _not_copied(folder: str, names: list[str]) -> set[str]:
    """Of what is in a folder, what stays behind: pipes and the like cannot be copied."""
    paths = {name: Path(folder, name) for name in names}
    special = {name for name, path in paths.items() if not (path.is_symlink() or path.is_dir() or path.is_file())}
    return special | NOT_COPIED.intersection(names)


def tcl_list(words: Iterable[str]) -> str:
    """The words as a list of Tcl in ASCII, each character that might mean something with a backslash."""
    return " ".join("".join(map(_quoted, word)) or "{}" for word in words)


def _quoted(character: str) -> str:
    if not character.isascii() or not character.isprintable():
        return f"\\u{ord(character):04x}"
    return character if character.isalnum() or character in "/._-" else f"\\{character}"
