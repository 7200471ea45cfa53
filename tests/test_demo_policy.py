"""The demo of policies shows what it says, and fails where that is not so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parents[1] / "compat" / "demo" / "policy.py"


def run(*options: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, DEMO, *options], capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def printed() -> str:
    status, out, err = run()
    assert (status, err) == (0, ""), out
    return out


def test_all_is_as_told(printed: str) -> None:
    assert printed.endswith("\nThe script is unchanged, and its mail went as each policy says.\n")
    assert "    NO  " not in printed


def test_each_line_of_the_audit_log_is_shown(printed: str) -> None:
    lines = [json.loads(line) for line in re.findall(r'^    (\{"time".*)', printed, re.MULTILINE)]
    told = [(line["outcome"], line.get("auth"), (line.get("tls") or {}).get("verified")) for line in lines]
    assert told == [
        ("sent", "SCRAM-SHA-256", True),
        ("sent", "XOAUTH2", True),
        ("captured", None, None),
        ("sent", "SCRAM-SHA-256", True),
    ]


def test_the_policies_are_shown(printed: str) -> None:
    shown = re.findall(r"^--- the policy, (\S+)\n\n    \[\[route\]\]$", printed, re.MULTILINE)
    assert shown == ["scram.toml", "oauth.toml", "rehearsal.toml", "redirect.toml"]


def test_the_script_prints_nothing_but_its_own_words(printed: str) -> None:
    outputs = re.findall(r"^--- tclsmtp run .*\n\n((?:    .*\n)*)", printed, re.MULTILINE)
    rehearsal = "    tclsmtp: rehearsal: messages go to rehearsal, and to nobody else\n"
    assert outputs == ["    sent\n", "    sent\n", f"{rehearsal}    sent\n", "    sent\n"]


def test_a_tclsmtp_that_does_nothing_fails() -> None:
    status, out, err = run("--command", "true")
    assert status == 1
    assert "    NO  the provider was not even asked" not in out
    assert re.fullmatch(r"\nFAILED: \d+ of the above is not so\n", err)
