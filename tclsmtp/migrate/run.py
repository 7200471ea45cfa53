"""Running a script once, in a scratch copy of its folder, where whatever it connects to is the capture server.

The reference's sockets are led there by an init.tcl that stands in for Tcl's own, found through TCL_LIBRARY: it reaches
child interpreters and scripts that the script starts, and neither the script's arguments nor a trace of an error shows
it. The mail of tclsmtp is led there by a policy. What it does not reach are safe interpreters to which a script gives
Tcl's own socket, and programs that are no Tcl.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tclsmtp.bridge.interpreter import tcl_directory
from tclsmtp.migrate.copying import FolderCopy, remove
from tclsmtp.migrate.processes import Running
from tclsmtp.migrate.reference import Shell
from tclsmtp.migrate.script import Script
from tclsmtp.policy.finding import OVERRIDES

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
    """How a run ended: as in `model.Run`, without what the server saw. Where it `goes_on`, it left processes behind."""

    exit_code: int
    stdout: bytes
    stderr: bytes
    begun: float
    seconds: float
    error: str = ""
    goes_on: bool = False


class Area:
    """A scratch folder, and the shells whose Tcl may be met in it.

    Runs in one area are one after the other and find the same paths; none finds what another one left.
    """

    def __init__(self, folder: Path, shells: tuple[Shell, ...], running: Running) -> None:
        self.folder = folder
        self.shells = shells
        self.running = running
        self.copy = FolderCopy(folder / "work")
        """Of the script's folder."""

    def run(self, script: Script, shell: Shell, address: tuple[str, int]) -> Ended:
        """Run the script; `address` is the host and port of the capture server.

        Raises MigrateError where the folder is too large to be copied, or cannot be.
        """
        self.copy.prepare(script.folder)
        try:
            self.lead_to(shell, address)
            ended = self._run(script, shell, self.environment(script, shell))
            if ended.error or ended.goes_on:
                self.copy.discard()
            return ended
        finally:
            self._tidy()

    def environment(self, script: Script, shell: Shell) -> dict[str, str]:
        """What the script finds in its environment: that of this process, and the same for either side."""
        left_out = OVERRIDES.values() if script.setup.display else (*OVERRIDES.values(), *_DISPLAYS)
        env = {key: value for key, value in os.environ.items() if key not in left_out}
        env |= dict(script.setup.env)
        return env | {
            "TCL_LIBRARY": str(self.folder / "tcl"),
            "TCLSMTP_POLICY": str(self.folder / "policy.toml"),
            "TCLSMTP_DIALECT": shell.dialect,
        }

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

    def _tidy(self) -> None:
        """Remove what led the shell, and what the script put beside its folder."""
        for path in self.folder.iterdir():
            if path != self.copy.target:
                remove(path)

    def _run(self, script: Script, shell: Shell, env: Mapping[str, str]) -> Ended:
        setup = script.setup
        begun, clock = time.time(), time.monotonic()
        name = script.path.name
        # tclsh takes what begins with a dash for an option.
        command = (*shell.command, f"./{name}" if name.startswith("-") else name, *setup.args)
        try:
            process = self.running.start(command, self.copy.target / script.path.parent, env)
        except (OSError, ValueError) as error:
            return Ended(-1, b"", b"", begun, 0.0, f"could not be started: {error}")
        output = self.running.finish(process, setup.stdin.encode(), setup.timeout)
        seconds = time.monotonic() - clock
        plain = (os.fsencode(self.copy.target), b"<folder>")
        out, err = output.stdout.replace(*plain), output.stderr.replace(*plain)
        return Ended(process.returncode, out, err, begun, seconds, output.error, output.goes_on)


def tcl_list(words: Iterable[str]) -> str:
    """The words as a list of Tcl in ASCII, each character that might mean something with a backslash."""
    return " ".join("".join(map(_quoted, word)) or "{}" for word in words)


def _quoted(character: str) -> str:
    if not character.isascii() or not character.isprintable():
        return f"\\u{ord(character):04x}"
    return character if character.isalnum() or character in "/._-" else f"\\{character}"
