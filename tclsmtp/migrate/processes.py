"""The processes that run scripts: started, fed, listened to within limits, and ended with all that they started."""

from __future__ import annotations

import os
import select
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO

from tclsmtp.errors import MigrateError

MAX_OUTPUT = 64 * 1024 * 1024
"""Octets that a script may write to stdout, and to stderr."""

_CHUNK = 65536
_LAST_WORDS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Output:
    """What a process wrote, why it was ended before its time, if it was, and whether others of its session go on."""

    stdout: bytes
    stderr: bytes
    error: str = ""
    goes_on: bool = False


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
                bufsize=0,
                cwd=folder,
                env=env,
                start_new_session=True,
            )
            self._groups.add(process.pid)
            return process

    def finish(self, process: subprocess.Popen[bytes], stdin: bytes, seconds: float) -> Output:
        """Feed the process, and wait until it has ended and no other one holds its output any more.

        What takes longer than `seconds`, or writes more than MAX_OUTPUT, is ended with all that it started, but for
        what went into a session of its own.
        """
        with process:
            conversation = _Conversation(process, stdin)
            try:
                error = conversation.go_on(seconds)
                if error:
                    _kill(process.pid)
                    conversation.go_on(_LAST_WORDS_SECONDS)
            except BaseException:
                _kill(process.pid)
                raise
            finally:
                conversation.close()
        with self._lock:
            self._groups.discard(process.pid)
        return Output(*conversation.heard(), error, _goes_on(process.pid))

    def end(self) -> None:
        """End all of them, and let no more begin."""
        with self._lock:
            self._over = True
            for group in self._groups:
                _kill(group)


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _goes_on(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Those of somebody else alone are left.
        return True
    return True


class _Conversation:
    """The three streams of a process."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: bytes) -> None:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        self._process = process
        self._heard: dict[IO[bytes], bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
        self._stdin = process.stdin
        self._left = memoryview(stdin)
        self._selector = selectors.DefaultSelector()
        for stream in self._heard:
            self._selector.register(stream, selectors.EVENT_READ)
        os.set_blocking(self._stdin.fileno(), False)
        self._selector.register(self._stdin, selectors.EVENT_WRITE)

    def go_on(self, seconds: float) -> str:
        """Until all is said and the process has ended: ""; else why it is not to go on."""
        end = time.monotonic() + seconds
        late = f"took longer than {seconds:g} seconds"
        while self._selector.get_map():
            for key, _ in self._selector.select(max(0.0, end - time.monotonic())):
                self._move(key.fd)
            if any(len(heard) > MAX_OUTPUT for heard in self._heard.values()):
                return f"wrote more than {MAX_OUTPUT >> 20} MiB"
            if time.monotonic() >= end:
                return late
        try:
            self._process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            return late
        return ""

    def heard(self) -> tuple[bytes, bytes]:
        """What came from stdout and stderr until now."""
        out, err = self._heard.values()
        return bytes(out), bytes(err)

    def close(self) -> None:
        """Listen no more."""
        self._selector.close()

    def _move(self, number: int) -> None:
        for stream, heard in self._heard.items():
            if number == stream.fileno():
                heard += (data := os.read(number, _CHUNK))
                if not data:
                    self._selector.unregister(stream)
                return
        try:
            self._left = self._left[os.write(number, self._left[: select.PIPE_BUF]) :]
        except BrokenPipeError:
            self._left = self._left[:0]
        if not self._left:
            self._selector.unregister(self._stdin)
            self._stdin.close()
