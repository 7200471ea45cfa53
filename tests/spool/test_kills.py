"""Senders and workers are killed at any moment, and every message arrives all the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

from tests.spool import victims
from tests.spool.moody import MoodyServer

RECIPIENTS = {"RCPT TO:<a@example.com>", "RCPT TO:<b@example.com>"}


def kill(rounds: int, seed: int, place: str, log: Path) -> tuple[MoodyServer, int, set[str]]:
    """What the server took, how many processes were killed, and which messages one of them was at when it was."""
    log.touch()
    with MoodyServer(seed) as server:
        command = [sys.executable, victims.__file__, str(rounds), str(seed), str(server.port), str(log), place]
        root = str(Path(__file__).parents[2])
        environment = os.environ | {"PYTHONPATH": root}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
        ) as process:
            try:
                assert process.stdout
                assert process.stdout.readline() == "drain\n"
                server.kind = True
                out, _ = process.communicate("go on\n", timeout=120)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
    told = json.loads(out)
    return server, told["killed"], set(told["unrecorded"])


def check(server: MoodyServer, log: Path, unrecorded: set[str]) -> None:
    sent = log.read_text().split()
    assert sent
    for name in sent:
        assert {recipient for recipient, _ in server.taken[name]} == RECIPIENTS
    for name, copies in server.taken.items():
        counts = Counter(recipient for recipient, _ in copies)
        assert len({content for _, content in copies}) == 1
        assert max(counts.values()) == 1 or name in unrecorded


def test_two_hundred_kills_lose_nothing_and_repeat_only_what_was_not_recorded(tmp_path: Path) -> None:
    place = tmp_path / "spool" / "queue.sqlite"
    server, killed, unrecorded = kill(70, 7, str(place), tmp_path / "log")
    assert killed == 210
    check(server, tmp_path / "log", unrecorded)
    assert os.listdir(f"{place}.messages") == []
