"""Running a script once, in a scratch copy of its folder, where whatever it connects to is the capture server.

The reference's sockets are led there by an init.tcl that stands in for Tcl's own, found through TCL_LIBRARY: it reaches
child interpreters and scripts that the script starts, and neither the script's arguments nor a trace of an error shows
it. The mail of tclsmtp is led there by a policy. What it does not reach are safe interpreters to which a script gives
Tcl's own socket, and programs that are no Tcl.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tclsmtp.bridge.interpreter import tcl_directory
from tclsmtp.errors import MigrateError
from tclsmtp.migrate.processes import Running
from tclsmtp.migrate.reference import Shell
from tclsmtp.migrate.script import NOT_COPIED, Script

MAX_BYTES = 256 * 1024 * 1024
MAX_FILES = 20_000
"""What a script's folder may hold to be copied, without what is NOT_COPIED."""

SCRATCH = "tclsmtp-scratch-"
"""How the names of scratch folders begin, which may be in the folder of the script."""

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
        output = self.running.finish(process, setup.stdin.encode(), setup.timeout)
        seconds = time.monotonic() - clock
        plain = (os.fsencode(self.work), b"<folder>")
        out, err = output.stdout.replace(*plain), output.stderr.replace(*plain)
        return Ended(process.returncode, out, err, begun, seconds, output.error)


def copy_folder(source: Path, target: Path) -> None:
    """Copy the files and folders in a folder, but for NOT_COPIED and scratch folders. Links lead where they led.

    Raises MigrateError where it holds more than MAX_BYTES or MAX_FILES, or cannot be read.
    """
    try:
        paths = list(_walk(source))
        shutil.copytree(source, target, symlinks=True, ignore=_left_behind)
        top = source.resolve()
        for path in paths:
            if path.is_symlink() and not path.resolve().is_relative_to(top):
                copy = target / path.relative_to(source)
                copy.unlink()
                copy.symlink_to(path.resolve())
    except (OSError, shutil.Error) as error:
        raise MigrateError(f"{source}: cannot be copied: {error}") from error


def _walk(source: Path) -> Iterator[Path]:
    """All that is to be copied. Raises MigrateError where it is too much."""
    size = files = 0
    for folder, folders, names in os.walk(source):
        left = _left_behind(folder, [*folders, *names])
        folders[:] = [name for name in folders if name not in left]
        for path in (Path(folder, name) for name in (*folders, *names) if name not in left):
            files += 1
            size += path.lstat().st_size
            yield path
        if size > MAX_BYTES or files > MAX_FILES:
            raise MigrateError(
                f"{source}: more than {MAX_BYTES >> 20} MiB or {MAX_FILES} files, which is too much to copy for "
                "each run; put the script into a folder of its own"
            )


def _left_behind(folder: str, names: list[str]) -> set[str]:
    """Of what is in a folder, what is not copied. Pipes and the like cannot be."""
    return {name for name in names if name in NOT_COPIED or name.startswith(SCRATCH) or _is_special(Path(folder, name))}


def _is_special(path: Path) -> bool:
    return not (path.is_symlink() or path.is_dir() or path.is_file())


def tcl_list(words: Iterable[str]) -> str:
    """The words as a list of Tcl in ASCII, each character that might mean something with a backslash."""
    return " ".join("".join(map(_quoted, word)) or "{}" for word in words)


def _quoted(character: str) -> str:
    if not character.isascii() or not character.isprintable():
        return f"\\u{ord(character):04x}"
    return character if character.isalnum() or character in "/._-" else f"\\{character}"
