"""The examples of the README do what it says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sink import Sink, render

README = Path(__file__).parent.parent / "README.md"
EXAMPLES = dict(re.findall(r"<!-- example: (\S+) -->\n```\w+\n(.*?)```", README.read_text(), re.DOTALL))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in EXAMPLES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(folder: Path, port: int, *command: str) -> str:
    tools = str(Path(sys.executable).parent)
    environment = os.environ | {"MAILPORT": str(port), "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_there_is_an_example_of_each_use() -> None:
    assert list(EXAMPLES) == ["report.tcl", "from_python.py", "compare.py"]


def test_a_legacy_script(folder: Path) -> None:
    with Sink() as sink:
        assert run(folder, sink.port, "tclsmtp", "run", "report.tcl") == "refused: 0\n"
    assert "Subject: Disk report" in render(sink.sessions)


def test_from_python(folder: Path) -> None:
    with Sink() as sink:
        printed = run(folder, sink.port, sys.executable, "from_python.py")
    assert printed == "text/plain b'made in Tcl'\n[]\n"
    assert "RCPT TO:<you@example.com>" in render(sink.sessions)


def test_what_differs_are_the_ids_and_the_date(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    differing = [
        line
        for line in run(folder, port, sys.executable, "compare.py").splitlines()
        if not line.startswith(("---", "+++", "@@"))
    ]
    assert {line[1:].split(":")[0] for line in differing} <= {"Content-ID", "Message-ID", "Date", "X-Peer"}
    assert len(differing) >= 4
