"""Runs a script as a process of its own, under tclsh or under the installed tclsmtp, and says what came of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent
TCLSH = ("tclsh",)
TCLSMTP_RUN = (str(BIN / "tclsmtp"), "run")
TCLSMTPSH = (str(BIN / "tclsmtpsh"),)
REDIRECTED = 'command=$1; shift; eval "$command"'


@dataclass(frozen=True)
class Outcome:
    """The exit status (minus the signal that ended it), and what was written."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Shell:
    """A command that stands for tclsh, with a folder to run scripts in."""

    command: tuple[str, ...]
    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder), "LANG": "C.UTF-8", "TZ": "UTC", **more}

    def run(
        self,
        script: str | bytes,
        *args: str | bytes,
        options: tuple[str, ...] = (),
        stdin: bytes = b"",
        env: Mapping[str, str] | None = None,
        name: str = "script.tcl",
    ) -> Outcome:
        """Write the script to a file and run that."""
        self.write(name, script)
        return self.start(*options, name, *args, stdin=stdin, env=env)

    def write(self, name: str, script: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(script.encode() if isinstance(script, str) else script)
        return path

    def start(
        self, *words: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None, how: str = '"$@"'
    ) -> Outcome:
        """Run the shell with these words; `how` is how /bin/sh starts the command "$@", such as `"$@" >&-`."""
        command = (
            (*self.command, *words) if how == '"$@"' else ("sh", "-c", REDIRECTED, "sh", how, *self.command, *words)
        )
        done = subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.environment() if env is None else dict(env),
            timeout=60,
        )
        return Outcome(
            done.returncode, *(text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
        )
