"""A large file is queued, and sent from the queue, without ever being in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.smtp.test_memory import LIMIT, sparse
from tests.support.faults import FaultyServer

QUEUE_AND_WORK = """
import sys
from pathlib import Path
from tclsmtp.mime.part import Part
from tests.spool.spooling import queue, spool_in, to, work

def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

port, folder, *paths = sys.argv[1:]
spool = spool_in(Path(folder))
peaks = []
for path in paths:
    queue(spool, part=Part.create("application/octet-stream", path=path))
    [line] = work(spool, to(spool, int(port)))
    assert "delivered" in line, line
    peaks.append(peak())
print(*peaks)
"""
"""Queues and sends one file after the other, and prints how much memory it ever had after each."""


def test_a_large_file_takes_no_memory(tmp_path: Path) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"small\n")
    sparse(large)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with FaultyServer() as server:
        command = [sys.executable, "-c", QUEUE_AND_WORK, str(server.port), str(tmp_path), str(small), str(large)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment)
    idle, peak = map(int, done.stdout.split())
    assert server.taken == 2
    assert peak - idle < LIMIT
