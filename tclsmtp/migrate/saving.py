"""Captured mail as files: `0001.eml` and `0001.json` for each message, `dialogue-1.txt` for each connection."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.model import Delivery, Dialogue

SAVED = re.compile(r"\d{4,}\.(eml|json)|dialogue-\d+\.txt|authority\.pem")


class Folder:
    """A folder that keeps what a capture server takes. Numbers begin at 1, in the order of arrival."""

    def __init__(self, path: Path) -> None:
        """Make the folder, if it is not there.

        Raises MigrateError where that cannot be, or files of an earlier capture are in it.
        """
        self.path = path
        self._count = 0
        try:
            path.mkdir(parents=True, exist_ok=True)
            earlier = sorted(file.name for file in path.iterdir() if SAVED.fullmatch(file.name))
        except OSError as error:
            raise MigrateError(f"{path}: {error.strerror or error}") from error
        if earlier:
            raise MigrateError(f"{path}: an earlier capture is in it ({earlier[0]}); empty it, or name another folder")

    def keep_authority(self, certificate: bytes) -> None:
        """The certificate, in PEM, that clients have to trust for the server's TLS. Raises MigrateError."""
        try:
            (self.path / "authority.pem").write_bytes(certificate)
        except OSError as error:
            raise MigrateError(f"{self.path}: {error.strerror or error}") from error

    def keep_delivery(self, delivery: Delivery) -> None:
        """The message's octets as they came, and its envelope as JSON. Raises OSError, and then there is neither."""
        name = f"{self._count + 1:04}"
        message, envelope = self.path / f"{name}.eml", self.path / f"{name}.json"
        told = {
            "from": delivery.originator,
            "to": list(delivery.recipients),
            "dialogue": _dialogue_name(delivery.connection),
        }
        try:
            message.write_bytes(delivery.content)
            envelope.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError:
            message.unlink(missing_ok=True)
            envelope.unlink(missing_ok=True)
            raise
        self._count += 1

    def keep_dialogue(self, index: int, dialogue: Dialogue) -> None:
        """The lines with their times in seconds. What cannot be written is told on stderr: nobody waits for it."""
        path = self.path / _dialogue_name(index)
        lines = [f"{line.at:8.3f} {line.speaker}: {line.text}\n" for line in dialogue.lines]
        try:
            path.write_text("".join(lines), encoding="utf-8")
        except OSError as error:
            print(f"tclsmtp capture: {path}: {error.strerror or error}", file=sys.stderr, flush=True)


def _dialogue_name(index: int) -> str:
    return f"dialogue-{index + 1}.txt"
