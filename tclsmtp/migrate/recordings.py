"""Recordings of the reference's runs: a folder a script, to be read, kept in version control, and compared with later.

`DIR/NAME/run.json` holds all but the messages, which are `0001.eml` and on beside it, as they came. Output is text as a
list of lines where it is UTF-8, and base64 otherwise. A large message is `0001.eml.gz`.

What differs from run to run is kept as the words of normal.py, and when lines of a dialogue were said is not kept at
all: a recording that is made again is the same. Where that would lose something, as where an id stands within text in
base64, all of the run is kept as it was.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Captured, Delivery, Dialogue, Line, Run
from tclsmtp.migrate.script import Script
from tclsmtp.migrate.settling import settled

VERSION = 1
"""Of the layout; another one is not read."""

LARGE = 64 * 1024
"""Octets of a message beyond which it is packed."""


def save(folder: Path, script: Script, run: Run) -> Path:
    """Write a run of a script below a folder, in place of an earlier one; where it is now.

    Raises MigrateError for a run that does not count, and where it cannot be written.
    """
    if run.error:
        raise MigrateError(f"{script.name}: {run.error}")
    run = settled(run)
    place = folder / script.key
    try:
        place.mkdir(parents=True, exist_ok=True)
        for old in (*place.glob("[0-9]*.eml"), *place.glob("[0-9]*.eml.gz")):
            old.unlink()
        for number, delivery in enumerate(run.captured.deliveries, 1):
            _write_message(_message(place, number), delivery.content)
        text = json.dumps(_as_data(script, run), ensure_ascii=False, indent=1)
        (place / "run.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise MigrateError(f"{place}: {error.strerror or error}") from error
    return place


def load(folder: Path, script: Script) -> Run:
    """The recorded run of a script.

    Raises MigrateError where there is none, it cannot be read, or it is stale: of another text of the script, or of
    other arguments, stdin, variables or rules than are in force now.
    """
    path = folder / script.key / "run.json"
    try:
        data = json.loads(path.read_bytes())
        if data["version"] != VERSION:
            raise MigrateError(f"{path}: a recording of version {data['version']!r}; this is read: {VERSION}")
        if data["digest"] != script.digest():
            raise MigrateError(f"{path}: stale: the script or how it is run has changed since; record it again")
        return _from_data(path.parent, data["run"])
    except FileNotFoundError as error:
        missing = Path(error.filename)
        what = "no recording of this script" if missing == path else f"{missing.name} is missing"
        raise MigrateError(f"{path}: {what}") from error
    except OSError as error:
        raise MigrateError(f"{path}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MigrateError(f"{path}: no recording: {type(error).__name__}: {error}") from error


def _message(place: Path, number: int) -> Path:
    return place / f"{number:04}.eml"


def _write_message(path: Path, content: bytes) -> None:
    if len(content) > LARGE:
        path.with_suffix(".eml.gz").write_bytes(gzip.compress(content, mtime=0))
    else:
        path.write_bytes(content)


def _read_message(path: Path) -> bytes:
    packed = path.with_suffix(".eml.gz")
    return gzip.decompress(packed.read_bytes()) if packed.is_file() else path.read_bytes()


def _as_data(script: Script, run: Run) -> dict[str, Any]:
    return {
        "version": VERSION,
        "script": script.path.as_posix(),
        "digest": script.digest(),
        "run": {
            "shell": run.shell,
            "dialect": run.dialect,
            "exit_code": run.exit_code,
            "stdout": _output(run.stdout),
            "stderr": _output(run.stderr),
            **_circumstances(run),
            "dialogues": [
                {
                    "tls": dialogue.tls,
                    "mechanism": dialogue.mechanism,
                    "lines": [f"{line.speaker} {line.text}" for line in dialogue.lines],
                }
                for dialogue in run.captured.dialogues
            ],
            "deliveries": [
                {
                    "originator": delivery.originator,
                    "recipients": list(delivery.recipients),
                    "connection": delivery.connection,
                }
                for delivery in run.captured.deliveries
            ],
        },
    }


def _circumstances(run: Run) -> dict[str, Any]:
    """When and where it was; nothing of a run that is settled."""
    if not run.begun:
        return {}
    return {
        "begun": round(run.begun, 3),
        "seconds": round(run.seconds, 3),
        "user": run.user,
        "hosts": list(run.hosts),
    }


def _from_data(place: Path, data: Mapping[str, Any]) -> Run:
    dialogues = tuple(
        Dialogue(tuple(map(_line, entry["lines"])), entry["tls"], entry["mechanism"]) for entry in data["dialogues"]
    )
    deliveries = tuple(
        Delivery(
            entry["originator"],
            tuple(entry["recipients"]),
            _read_message(_message(place, number)),
            entry["connection"],
        )
        for number, entry in enumerate(data["deliveries"], 1)
    )
    return Run(
        data["shell"],
        data["dialect"],
        data["exit_code"],
        _octets(data["stdout"]),
        _octets(data["stderr"]),
        data.get("begun", 0.0),
        data.get("seconds", 0.0),
        Captured(dialogues, deliveries),
        user=data.get("user", ""),
        hosts=tuple(data.get("hosts", ())),
    )


def _line(text: str) -> Line:
    speaker, _, said = text.partition(" ")
    match speaker:
        case "C" | "S" | "*":
            return Line(speaker, said)
    raise ValueError(f"nobody says {text!r}")


def _output(octets: bytes) -> list[str] | dict[str, str]:
    try:
        return octets.decode().split("\n")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(octets).decode()}


def _octets(given: list[str] | dict[str, str]) -> bytes:
    if isinstance(given, dict):
        return base64.b64decode(given["base64"], validate=True)
    return "\n".join(given).encode()
