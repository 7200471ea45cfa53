"""The reference: the tclsh, and the tcllib it finds, that scripts were written for."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.run import Side

PROBE = "puts [info patchlevel]; foreach package {smtp mime} { puts [package require $package] }; exit"
PROBE_SECONDS = 30

FIRST_OF_NEW_MIME = (1, 7)
"""From this version of mime on tcllib answers as in its release 2.0; those before as in 1.20."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A command that takes a script as tclsh does, and the versions that it has of Tcl and of the two packages."""

    command: tuple[str, ...]
    tcl: str
    smtp: str
    mime: str

    @property
    def side(self) -> Side:
        """To run scripts with."""
        return Side(self.command)

    @property
    def dialect(self) -> str:
        """The dialect in which tclsmtp answers as this reference does."""
        major, minor, *_ = (int(number) for number in self.mime.split("."))
        return "2.0" if (major, minor) >= FIRST_OF_NEW_MIME else "1.20"

    def __str__(self) -> str:
        return f"{' '.join(self.command)} (Tcl {self.tcl}, smtp {self.smtp}, mime {self.mime})"


def probe(command: tuple[str, ...]) -> Reference:
    """Ask a command what it is. Raises MigrateError where it does not run, or has not both packages."""
    with tempfile.TemporaryDirectory(prefix="tclsmtp-") as folder:
        script = Path(folder) / "probe.tcl"
        script.write_text(PROBE)
        try:
            done = subprocess.run(
                (*command, str(script)),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PROBE_SECONDS,
                errors="replace",
            )
        except OSError as error:
            raise MigrateError(f"the reference cannot be run: {command[0]}: {error.strerror}") from error
        except subprocess.TimeoutExpired as error:
            raise MigrateError(f"the reference does not end: {' '.join(command)}") from error
    words = done.stdout.split()
    if done.returncode or len(words) != 3:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit status {done.returncode}").splitlines()[0]
        raise MigrateError(f"the reference has no tcllib that works: {' '.join(command)}: {said}")
    return Reference(command, *words)
