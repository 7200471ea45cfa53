"""Running a script on one side: in a copy of its folder, with a capture server in place of every mail server."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tclsmtp.bridge.interpreter import tcl_directory
from tclsmtp.errors import MigrateError
from tclsmtp.migrate.capture import CaptureServer
from tclsmtp.migrate.model import Call, Run
from tclsmtp.migrate.rules import Rules
from tclsmtp.migrate.script import Script, Settings

PRELUDE = Path(tcl_directory()) / "capture" / "capture.tcl"

MOST_FILES = 20_000
MOST_OCTETS = 512 * 2**20
"""A script's folder with more than that is not copied: it is no folder of scripts, but somebody's home."""

MOST_OUTPUT_OCTETS = 4 * 2**20
"""How much of a script's stdout, and of its stderr, is kept."""

POLICY = """\
[[route]]
connect_to = "{host}:{port}"
verify = "never"
"""


@dataclass(frozen=True, slots=True)
class Side:
    """What runs the scripts: the words of a command that takes a script and its arguments, as tclsh does."""

    command: tuple[str, ...]

    def run(self, script: Script, settings: Settings) -> Run:
        """Run the script once.

        Raises MigrateError where that cannot be done: a command that cannot be started, a folder that is too large to
        copy, wrong rules, no display for a script that needs one.
        """
        if settings.display and not os.environ.get("DISPLAY"):
            raise MigrateError("the script needs an X display: run this under xvfb-run")
        rules = Rules.of(offer=settings.offer, refuse=settings.refuse, file=settings.rules)
        with _scratch(script) as scratch:
            with CaptureServer(rules) as server:
                environment = _environment(settings, scratch, server.port)
                command = (*self.command, str(PRELUDE), script.path.name, *settings.args)
                begun = time.monotonic()
                exit_code = _execute(command, scratch, environment, settings)
                seconds = time.monotonic() - begun
            return Run(
                exit_code=exit_code,
                stdout=_output(scratch.stdout),
                stderr=_output(scratch.stderr),
                calls=tuple(_calls(scratch.calls)),
                connections=server.connections,
                seconds=seconds,
            )


def our_side(dialect: str) -> Side:
    """tclsmtp itself, in that dialect."""
    # -P: a Python file in the scripts' folder is none of ours.
    return Side((sys.executable, "-P", "-m", "tclsmtp", "run", "--dialect", dialect))


@dataclass(frozen=True, slots=True)
class _Scratch:
    """The folders of a run: the copy of the script's, and one for what we write ourselves."""

    folder: Path
    own: Path

    @property
    def stdin(self) -> Path:
        return self.own / "stdin"

    @property
    def stdout(self) -> Path:
        return self.own / "stdout"

    @property
    def stderr(self) -> Path:
        return self.own / "stderr"

    @property
    def calls(self) -> Path:
        return self.own / "calls"

    @property
    def policy(self) -> Path:
        return self.own / "policy.toml"


@contextmanager
def _scratch(script: Script) -> Iterator[_Scratch]:
    source = script.path.resolve().parent
    _check_size(source)
    # Names of one length on every run and side, as they come to be in messages.
    with tempfile.TemporaryDirectory(prefix="tclsmtp-") as name:
        scratch = _Scratch(Path(name) / "scripts", Path(name) / "capture")
        shutil.copytree(source, scratch.folder, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        scratch.own.mkdir()
        yield scratch


def _check_size(folder: Path) -> None:
    files = octets = 0
    for where, _, names in os.walk(folder):
        for name in names:
            files += 1
            octets += os.lstat(os.path.join(where, name)).st_size
        if files > MOST_FILES or octets > MOST_OCTETS:
            raise MigrateError(
                f"{folder} is too large to copy (over {MOST_FILES} files or {MOST_OCTETS // 2**20} MiB): "
                "give the scripts a folder of their own"
            )


def _environment(settings: Settings, scratch: _Scratch, port: int) -> Mapping[str, str]:
    scratch.policy.write_text(POLICY.format(host="127.0.0.1", port=port))
    inherited = os.environ.get("TCLLIBPATH", "")
    return os.environ | {
        "TCLSMTP_CAPTURE": f"127.0.0.1 {port}",
        "TCLSMTP_CAPTURE_CALLS": str(scratch.calls),
        "TCLLIBPATH": f"{{{PRELUDE.parent}}} {inherited}".rstrip(),
        "TCLSMTP_POLICY": str(scratch.policy),
        **settings.env,
    }


def _execute(
    command: tuple[str, ...], scratch: _Scratch, environment: Mapping[str, str], settings: Settings
) -> int | None:
    """Run it to its end, and end what it leaves behind; None where its time ran out."""
    scratch.stdin.write_text(settings.stdin, encoding="utf-8")
    with (
        scratch.stdin.open("rb") as stdin,
        scratch.stdout.open("wb") as stdout,
        scratch.stderr.open("wb") as stderr,
    ):
        try:
            process = subprocess.Popen(
                command,
                cwd=scratch.folder,
                env=environment,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        except OSError as error:
            raise MigrateError(f"{command[0]}: {error.strerror}") from error
        _running.add(process.pid)
        try:
            return process.wait(settings.timeout)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _running.discard(process.pid)
            _end_group(process.pid)
            process.wait()


_running: set[int] = set()
"""The scripts that run now, in whatever thread, by the process that leads their group."""


def end_all() -> None:
    """End every script that runs, as after Ctrl-C: they have process groups of their own, which it does not reach."""
    for leader in tuple(_running):
        _end_group(leader)


def _end_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:  # all of them ended by themselves
        return


def _output(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(MOST_OUTPUT_OCTETS)
    return data.decode("utf-8", "backslashreplace")


def _calls(path: Path) -> Iterator[Call]:
    """What tcl/capture/capture.tcl wrote down, a line a call."""
    if not path.exists():
        return
    for line in path.read_text(encoding="ascii").splitlines():
        code, *digits = line.replace("{}", "").split(" ")
        result, error_code = (bytes.fromhex(word).decode("utf-8", "replace") for word in digits)
        yield Call(int(code), result, error_code)
