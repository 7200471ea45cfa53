"""The examples of the README do what it says."""

from __future__ import annotations

import os
import re
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
    assert list(EXAMPLES) == ["report.tcl", "from_python.py", "tclsmtp.toml", "with_policy.py"]


def test_a_legacy_script(folder: Path) -> None:
    with Sink() as sink:
        assert run(folder, sink.port, "tclsmtp", "run", "report.tcl") == "refused: 0\n"
    assert "Subject: Disk report" in render(sink.sessions)


def test_from_python(folder: Path) -> None:
    with Sink() as sink:
        printed = run(folder, sink.port, sys.executable, "from_python.py")
    assert printed == "text/plain b'made in Tcl'\n[]\n"
    assert "RCPT TO:<you@example.com>" in render(sink.sessions)


def test_a_policy_from_python(folder: Path) -> None:
    with Sink() as sink:
        assert run(folder, sink.port, sys.executable, "with_policy.py") == "[]\n[]\n"
    assert [len(session.messages) for session in sink.sessions] == [2]


def test_the_policy_is_a_right_one(folder: Path) -> None:
    assert run(folder, 0, "tclsmtp", "policy", "check", "tclsmtp.toml") == "tclsmtp.toml: right, 1 route\n"
    told = run(folder, 0, "tclsmtp", "policy", "explain", "--policy", "tclsmtp.toml", "--server", "mailhost")
    assert "goes to: smtp.example.com:465" in told


def test_the_example_is_the_same_on_both_sides(folder: Path) -> None:
    told = run(folder, 25, "tclsmtp", "compare", "--quiet", "report.tcl")
    assert told.startswith("1 script: 1 same (tclsh, tcllib 1.21: ")


def test_the_options_that_it_names_are_known(folder: Path) -> None:
    known = {
        word
        for name in ("compare", "record", "capture", "run")
        for word in run(folder, 0, "tclsmtp", name, "--help").split()
    }
    named = re.findall(r"(?<=[` ])--[a-z-]+", README.read_text())
    others = {"--policy", "--server", "--from", "--to", "--tcl-compare"}
    assert {
        name for name in named if name not in others and not any(word.strip("[],") == name for word in known)
    } == set()
