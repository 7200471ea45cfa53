"""The recorded sessions of compat/transcripts/sessions: which there are, and how a run is told in their form."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from socket import gethostname
from tempfile import TemporaryDirectory

from tests.support.sink import Rules, Sink, render

SESSIONS = Path(__file__).parents[2] / "compat" / "transcripts" / "sessions"
DIALECTS = ("1.20", "2.0")
SESSION_NAMES = sorted(path.stem for path in SESSIONS.glob("*.tcl") if path.stem != "common")

_DATE = r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"
_BOUNDARY = re.compile(r'boundary="(.+)"')
_GENERATED = [
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in [
        (rf"(?<=(?:EHLO|HELO) ){re.escape(gethostname())}\b", "<HOST>"),
        (r"(?<=\bSIZE=)\d+", "N"),
        (r"(?<=-ID: )<[^<>\s]+@[^<>\s]+>$", "<ID>"),
        (rf"(?<=Date: ){_DATE}$", "<DATE>"),
        (r"\bsock[0-9a-f]+\b", "sockN"),
        # The sizes of two files with a Content-ID in them, whose length is that of a process id and a host's name.
        (r"^7(?:2[6-9]|3\d)\d$", "<72NN>"),
        (r"^7(?:6[7-9]|7\d)\d$", "<76NN>"),
        # Who closes first once QUIT is sent is a matter of timing.
        (r"end=reset(?=.*\n(?:  C: .*\n)*  C: QUIT$)", "end=quit"),
    ]
]


def recorded(name: str, dialect: str) -> list[str]:
    """The lines that tcllib gave in that session."""
    return _normalise((SESSIONS / f"{name}.{dialect}.txt").read_bytes().decode()).split("\n")


def replay(name: str, *command: str | Path) -> list[str]:
    """The lines that the session gives when `command`, with the script's name after it, runs it."""
    rules = SESSIONS / f"{name}.rules.json"
    with Sink(Rules.load(rules) if rules.exists() else None) as sink, TemporaryDirectory() as folder:
        run = subprocess.run(
            [*command, SESSIONS / f"{name}.tcl"],
            cwd=folder,
            env=os.environ | {"SINK_PORT": str(sink.port), "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
    text = f"rc {run.returncode}\nstdout:\n{run.stdout.decode('latin-1')}\n{render(sink.sessions)}"
    if run.stderr:
        text += f"stderr:\n{run.stderr.decode('latin-1')}\n"
    return _normalise(text.replace(str(sink.port), "<PORT>")).split("\n")


def _normalise(text: str) -> str:
    for boundary in set(_BOUNDARY.findall(text)):
        text = text.replace(boundary, "<BOUNDARY>")
    for pattern, replacement in _GENERATED:
        text = pattern.sub(replacement, text)
    return text
