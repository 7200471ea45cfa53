"""A large file is sent without ever being in memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.certificates import server_context
from tests.support.faults import FaultyServer

SIZE = 200 << 20
LIMIT = 64 << 20

SEND = """
import sys
from tclsmtp import Interpreter

def peak():
    # What getrusage says would count the process that started this one, too.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

port, kind, *paths = sys.argv[1:]
with Interpreter() as interpreter:
    interpreter.eval("package require smtp; package require mime")
    peaks = []
    for path in paths:
        token = interpreter.call("mime::initialize", "-canonical", kind, "-file", path)
        interpreter.call("smtp::sendmessage", token, "-servers", "127.0.0.1", "-ports", port,
            "-originator", "me@example.com", "-recipients", "a@example.com", "-usetls", 1, "-maxsecs", 60)
        interpreter.call("mime::finalize", token)
        peaks.append(peak())
print(*peaks)
"""
"""Sends one file after the other, and prints how much memory it ever had after each."""


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(SIZE)


def lines(path: Path) -> None:
    """Dots, and lines, that no block of a reader fits."""
    line = b".A line of text like any other, in a very large file.\n"
    with path.open("wb") as file:
        block = line * 20_000
        for _ in range(SIZE // len(block) + 1):
            file.write(block)


@pytest.mark.parametrize(
    ("kind", "write", "extensions"),
    [
        ("application/octet-stream", sparse, ()),
        ("application/octet-stream", sparse, ("STARTTLS",)),
        ("text/plain", lines, ()),
    ],
    ids=["base64", "base64 in TLS", "text"],
)
def test_a_large_file_takes_no_memory(
    tmp_path: Path, kind: str, write: Callable[[Path], None], extensions: tuple[str, ...]
) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"small\n")
    write(large)
    with FaultyServer(extensions=extensions, tls=server_context()) as server:
        command = [sys.executable, "-c", SEND, str(server.port), kind, str(small), str(large)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    idle, peak = map(int, done.stdout.split())
    assert server.taken == 2
    assert peak - idle < LIMIT
