"""Processes: fed, listened to within limits, and ended."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate import processes
from tclsmtp.migrate.processes import Output, Running

LONG = b"x" * 300_000


def run(command: str, stdin: bytes = b"", seconds: float = 60.0) -> tuple[int, Output]:
    running = Running()
    process = running.start(("sh", "-c", command), Path("/"), os.environ)
    output = running.finish(process, stdin, seconds)
    return process.returncode, output


def test_a_process_is_fed_and_listened_to() -> None:
    assert run("cat; echo err >&2; exit 3", LONG) == (3, Output(LONG, b"err\n"))


def test_one_that_does_not_read_is_fed_in_vain() -> None:
    assert run("echo out", LONG) == (0, Output(b"out\n", b""))


def test_one_that_others_hold_the_output_of_goes_on_until_they_end() -> None:
    assert run("(read line; echo late) <&0 & echo early", b"x\n")[1].stdout.split() == [b"early", b"late"]


def test_it_is_told_where_one_leaves_others_behind() -> None:
    output = run("sleep 60 < /dev/null > /dev/null 2>&1 & echo $!")[1]
    os.kill(int(output.stdout), signal.SIGKILL)
    assert output.goes_on
    assert not run("sleep 0 & wait")[1].goes_on


def test_one_that_closed_its_output_is_waited_for() -> None:
    assert run("exec >&- 2>&-; read line; exit 4", b"x\n")[0] == 4


@pytest.mark.parametrize("command", ["echo out; exec sleep 60", "echo out; exec >&- 2>&-; exec sleep 60"])
def test_one_that_takes_too_long_is_ended(command: str) -> None:
    assert run(command, seconds=0.2) == (-9, Output(b"out\n", b"", "took longer than 0.2 seconds"))


def test_one_that_never_stops_talking_takes_too_long_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MAX_OUTPUT", 1 << 40)
    assert run("exec yes", seconds=0.1)[1].error == "took longer than 0.1 seconds"


def test_one_that_writes_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "MAX_OUTPUT", 2 << 20)
    status, output = run("exec yes")
    assert (status, output.error) == (-9, "wrote more than 2 MiB")


def test_all_that_run_can_be_ended_and_no_more_begin(tmp_path: Path) -> None:
    running, fifo = Running(), tmp_path / "fifo"
    os.mkfifo(fifo)
    process = running.start(("sh", "-c", f"echo begun >'{fifo}'; exec sleep 60"), Path("/"), os.environ)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(running.finish, process, b"", 60.0)
        assert fifo.read_text() == "begun\n"
        running.end()
        assert waiting.result() == Output(b"", b"")
    assert process.returncode == -9
    with pytest.raises(MigrateError, match=r"^interrupted$"):
        running.start(("true",), Path("/"), os.environ)


def test_what_cannot_be_started_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        Running().start(("no-such-command",), Path("/"), os.environ)
