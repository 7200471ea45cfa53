"""The two shells that run a script: the reference, a tclsh with tcllib, and tclsmtp. What they are, they are asked."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import tclsmtp
from tclsmtp.bridge.interpreter import tcl_directory
from tclsmtp.errors import MigrateError

PROBE = Path(tcl_directory(), "capture", "probe.tcl")

_SECONDS = 60
_RELEASE = re.compile(r"tcllib-?(\d[\d.]*\d)")
_RUN = (sys.executable, "-P", "-m", "tclsmtp", "run")


@dataclass(frozen=True, slots=True)
class Shell:
    """What runs a script: the words of its command, what it is called, and which dialect of tcllib it speaks.

    `tcl` is the version of its Tcl and `library` the folder of Tcl's own scripts.
    """

    command: tuple[str, ...]
    name: str
    dialect: str
    tcl: str
    library: str


def find_reference(command: str = "tclsh", dialect: str | None = None) -> Shell:
    """The reference of that command line, which stands for tclsh; `dialect` is taken as said and else found out.

    It is found out from what tcllib answers: mime 1.7.0, of tcllib 1.21, already answers as 2.0 does. Raises
    MigrateError where there is no such shell, or no tcllib in it.
    """
    words = tuple(shlex.split(command))
    if not words:
        raise MigrateError("the command of the reference is empty")
    answer = _ask(words, words[0])
    if answer[2]:
        raise MigrateError(f"{words[0]} has no tcllib ({answer[2]}); install it, or compare with --recorded")
    tcl, library, _, smtp, mime, source, refuses = answer
    release = _RELEASE.search(source)
    name = f"{Path(words[0]).name}, tcllib{f' {release[1]}' if release else ''}: mime {mime}, smtp {smtp}"
    return Shell(words, name, dialect or ("1.20" if refuses == "1" else "2.0"), tcl, library)


def find_own(dialect: str) -> Shell:
    """This tclsmtp. Raises MigrateError where it cannot start."""
    answer = _ask(_RUN, "tclsmtp")
    return Shell(_RUN, f"tclsmtp {tclsmtp.__version__}", dialect, answer[0], answer[1])


def _ask(command: tuple[str, ...], name: str) -> tuple[str, ...]:
    env = {key: value for key, value in os.environ.items() if not key.startswith("TCLSMTP_")}
    output = _run(command, PROBE, name, env)
    lines = output.splitlines()
    if len(lines) < 3 or (not lines[2] and len(lines) != 7):
        raise MigrateError(f"{name} is no Tcl shell: asked for its version, it says {output[:200]!r}")
    if not lines[0].startswith("8.6."):
        raise MigrateError(f"{name} is Tcl {lines[0]}; scripts can be compared under 8.6 only")
    return tuple(lines)


def check_captured(shell: Shell, script: Path, env: Mapping[str, str]) -> None:
    """Make sure that the shell loads what leads its sockets to the capture server, which `script` tells.

    Raises MigrateError: without it mail would go out.
    """
    output = _run(shell.command, script, shell.name, env)
    if output.strip() != "captured":
        raise MigrateError(f"{shell.name}: does not read TCL_LIBRARY, so its mail cannot be captured")


def _run(command: tuple[str, ...], script: Path, name: str, env: Mapping[str, str]) -> str:
    try:
        done = subprocess.run(
            [*command, str(script)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            env=env,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise MigrateError(f"{name}: {error.strerror or error}; name the reference with --reference") from error
    except subprocess.TimeoutExpired as error:
        raise MigrateError(f"{name}: said nothing for {_SECONDS} seconds") from error
    if done.returncode:
        raise MigrateError(f"{name}: {done.stderr.strip() or f'exit status {done.returncode}'}")
    return done.stdout
