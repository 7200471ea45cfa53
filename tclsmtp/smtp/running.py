"""Running a command, for as long as it takes, while the events of a script go on."""

from __future__ import annotations

import os
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.smtp.waiting import Waiter

COMMAND_SECONDS = 60
"""How long a command may take."""


def run_command(waiter: Waiter, words: tuple[str, ...], data: bytes) -> tuple[int, bytes]:
    """The exit status of a command, which reads `data` (little: a pipe must hold it), and what it wrote to stdout.

    Its stderr is ours. Raises OSError where it cannot be started, TimeoutError where it takes more than a minute.
    """
    import subprocess

    chunks: list[bytes] = []

    def ready() -> bool:
        chunk = os.read(fd, 65536)
        chunks.append(chunk)
        return not chunk

    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        fd = process.stdout.fileno()
        try:
            with suppress(BrokenPipeError):  # it does not read
                process.stdin.write(data)
            process.stdin.close()
            waiter.wait(fd, False, ready, COMMAND_SECONDS)
            return process.wait(COMMAND_SECONDS), b"".join(chunks)
        except subprocess.TimeoutExpired:
            raise TimeoutError from None
        finally:
            process.kill()
