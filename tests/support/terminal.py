"""A terminal in which a test types what a user would, and sees what he would."""

from __future__ import annotations

import os
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE_SECONDS = 20

# The first terminal that the leader of a session opens becomes that of the session, and Ctrl-C works.
IN_TERMINAL = 'terminal=$1; shift; exec "$@" <"$terminal" >"$terminal" 2>&1'


class Terminal:
    """A command with a terminal of its own, in a folder; a context manager that ends it."""

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        self._fd, other = os.openpty()
        self._process = subprocess.Popen(
            ("sh", "-c", IN_TERMINAL, "sh", os.ttyname(other), *command),
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        self._seen = ""
        self._hold_open(other)

    def _hold_open(self, other: int) -> None:
        """Wait for the command's first words, while the terminal's other side is held open for it."""
        select.select([self._fd], [], [], PATIENCE_SECONDS)
        os.close(other)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)  # which hangs up on the command, if it is still there
        self._process.wait(PATIENCE_SECONDS)

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def until(self, text: str) -> str:
        """All that appeared since the last call, up to and with this text."""
        end = time.monotonic() + PATIENCE_SECONDS
        while text not in self._seen:
            if not self._read(end):
                raise AssertionError(f"no {text!r} in {self._seen!r}")
        part, _, self._seen = self._seen.partition(text)
        return part + text

    def ask(self, command: str, prompt: str = "% ") -> str:
        """Type a command; what appears after its echo and before the next prompt."""
        self.type(f"{command}\n")
        self.until(f"{command}\n")
        return self.until(prompt).removesuffix(prompt)

    def end(self) -> int:
        """Wait for the command's end; its status, or minus the signal that ended it."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self._read(end):
            continue
        return self._process.wait(PATIENCE_SECONDS)

    def _read(self, end: float) -> bool:
        if not select.select([self._fd], [], [], max(0.0, end - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self._fd, 4096)
        except OSError:  # Linux says EIO where the other side is gone
            return False
        self._seen += data.decode().replace("\r", "")
        return bool(data)
