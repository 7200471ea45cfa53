"""Recordings: what the reference did, kept in files, so that it can be compared where there is no tcllib.

A folder of them holds reference.json, which says what was recorded, and for each script NAME.tcl a NAME.json.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Call, Connection, Line, Message, Run
from tclsmtp.migrate.reference import Reference
from tclsmtp.migrate.script import Script, Settings

HEAD = "reference.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Recordings:
    """A folder of recordings of one reference."""

    folder: Path
    reference: Reference

    @classmethod
    def open(cls, folder: Path) -> Recordings:
        """What was recorded there. Raises MigrateError where nothing was."""
        given = _read(folder / HEAD)
        if given.get("format") != FORMAT:
            raise MigrateError(f"{folder / HEAD}: written by another version of tclsmtp: record again")
        try:
            reference = Reference(tuple(given["command"]), given["tcl"], given["smtp"], given["mime"])
        except KeyError as error:
            raise MigrateError(f"{folder / HEAD}: no {error}") from None
        return cls(folder, reference)

    @classmethod
    def create(cls, folder: Path, reference: Reference) -> Recordings:
        """A folder, made where there is none, for recordings of that reference."""
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / HEAD, {"format": FORMAT, **asdict(reference)})
        return cls(folder, reference)

    def run(self, script: Script, settings: Settings) -> Run:
        """What the script did. Raises MigrateError where that was not recorded, or with other settings."""
        path = self._path(script)
        if not path.exists():
            raise MigrateError(f"not recorded: there is no {path}")
        given = _read(path)
        if given.get("settings") != _settings(settings):
            raise MigrateError(f"{path}: recorded with other settings: record again")
        try:
            return _run(given["run"])
        except (KeyError, TypeError, ValueError) as error:
            raise MigrateError(f"{path}: no recording: {error!r}") from error

    def save(self, script: Script, settings: Settings, run: Run) -> None:
        """Keep what the script did."""
        path = self._path(script)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, {"settings": _settings(settings), "run": _plain(run)})

    def _path(self, script: Script) -> Path:
        return self.folder / f"{script.name.removesuffix('.tcl')}.json"


def _settings(settings: Settings) -> dict[str, Any]:
    """What of the settings can change what the reference does."""
    return {
        "args": list(settings.args),
        "stdin": settings.stdin,
        "env": dict(settings.env),
        "offer": list(settings.offer),
        "refuse": list(settings.refuse),
        "rules": settings.rules and json.loads(settings.rules.read_text(encoding="utf-8")),
    }


def _plain(run: Run) -> dict[str, Any]:
    plain = asdict(run)
    for connection in plain["connections"]:
        connection["dialogue"] = [f"{line['side']}: {line['text']}" for line in connection["dialogue"]]
        for message in connection["messages"]:
            # Octets as the characters of the same numbers, a line an element, so that people can read a recording.
            message["content"] = re.split(r"(?<=\n)", message["content"].decode("latin-1"))
    return plain


def _run(plain: dict[str, Any]) -> Run:
    return Run(
        **plain
        | {
            "calls": tuple(Call(**call) for call in plain["calls"]),
            "connections": tuple(_connection(connection) for connection in plain["connections"]),
        }
    )


def _connection(plain: dict[str, Any]) -> Connection:
    dialogue = (line.partition(": ") for line in plain["dialogue"])
    return Connection(
        **plain
        | {
            "dialogue": tuple(Line(side, text) for side, _, text in dialogue),
            "messages": tuple(_message(message) for message in plain["messages"]),
        }
    )


def _message(plain: dict[str, Any]) -> Message:
    content = "".join(plain["content"]).encode("latin-1")
    return Message(**plain | {"recipients": tuple(plain["recipients"]), "content": content})


def _read(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MigrateError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise MigrateError(f"{path}: {error}") from error
    if not isinstance(given, dict):
        raise MigrateError(f"{path}: no recording")
    return given


def _write(path: Path, value: dict[str, Any]) -> None:
    whole = path.with_name(f"{path.name}.new")
    whole.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(whole, path)
