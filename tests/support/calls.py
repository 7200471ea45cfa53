"""The recorded calls of compat/transcripts/*.jsonl: which there are, and how tclsmtp answers them.

A row holds a Tcl command and what each dialect answered: `code` as `catch` returns it and `result`, behind which what
callbacks were given is put. In a result every character but printable ASCII is \\uXXXX and a backslash is doubled;
<ID>, ::mime::N and BND stand for what is made up anew each time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tclsmtp import Interpreter

TRANSCRIPTS = Path(__file__).parents[2] / "compat" / "transcripts"

_GENERATED = [
    (re.compile(r"<\d+\.\d+\.\d+@[^>\s]*>"), "<ID>"),
    (re.compile(r"::mime::\d+"), "::mime::N"),
    (re.compile(r'"?----- =_[A-Za-z0-9+/=]+"?'), "BND"),
]
_PROPERTIES = frozenset(("content", "encoding", "size", "params", "props", "header", "names", "body", "decoded"))
_NUL = "\ue000"


@dataclass(frozen=True, eq=False)
class Call:
    """One row. `name` is what compat/deviations.toml calls it: calls/KIND/NUMBER."""

    name: str
    command: str
    recorded: dict[str, tuple[int, str]]

    def __str__(self) -> str:
        return self.name


def calls(kind: str) -> list[Call]:
    """The recorded calls of a kind."""
    lines = (TRANSCRIPTS / f"{kind}.jsonl").read_text(encoding="ascii").splitlines()
    return [_call(f"calls/{kind}/{number}", json.loads(line)) for number, line in enumerate(lines, 1)]


def _call(name: str, row: dict[str, Any]) -> Call:
    old = row["1.20"]
    new = row.get("2.0", old)
    return Call(name, row["call"], {"1.20": (old["code"], old["result"]), "2.0": (new["code"], new["result"])})


class Runner:
    """An interpreter that makes recorded calls."""

    def __init__(self, dialect: str) -> None:
        self._interpreter = Interpreter(dialect=dialect)
        self._interpreter.eval((TRANSCRIPTS / "calls.tcl").read_text(encoding="ascii"))
        self._folder = TemporaryDirectory()
        self._interpreter.call("set", "tmpf", str(Path(self._folder.name, "message")))

    def answer(self, call: Call) -> tuple[int, str]:
        """The code and the result, in the form of the recordings."""
        code, result = self._interpreter.split(self._interpreter.call("recorded", call.command))
        for pattern, replacement in _GENERATED:
            result = pattern.sub(replacement, result)
        return int(code), result

    def lines(self, answer: tuple[int, str]) -> list[str]:
        """An answer as lines. That of `B` has one for each property, and `| ` before each line of the built message, in
        which an octet beyond printable ASCII is <XX>.
        """
        code, result = answer
        if code or not result.startswith("content "):
            return [f"code {code}", *result.split("\n")]
        return [f"code {code}", *self._part(self._split(_unescape(result)))]

    def _part(self, words: Sequence[str], indent: str = "") -> Iterator[str]:
        rest = list(words)
        while rest:
            word = rest.pop(0)
            if word in _PROPERTIES:
                yield f"{indent}{word} {_escape(rest.pop(0))}"
            elif word == "built":
                yield from (f"| {_hex(line)}" for line in _lines(rest.pop(0)))
            else:
                yield f"{indent}part"
                yield from self._part(self._split(word), f"{indent}  ")

    def _split(self, text: str) -> list[str]:
        # Before Python 3.13 no list with NUL in it can be split.
        return [word.replace(_NUL, "\0") for word in self._interpreter.split(text.replace("\0", _NUL))]


def _escape(text: str) -> str:
    return "".join(
        "\\\\" if character == "\\" else character if " " <= character <= "~" else f"\\u{ord(character):04x}"
        for character in text
    )


def _hex(text: str) -> str:
    return "".join(character if " " <= character <= "~" else f"<{ord(character):02X}>" for character in text)


def _unescape(text: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})|\\\\", lambda match: chr(int(match[1], 16)) if match[1] else "\\", text)


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])
