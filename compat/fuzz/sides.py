"""The two that are compared: tcllib in a tclsh of its own, and tclsmtp in this process."""

from __future__ import annotations

import re
import select
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tclsmtp import Interpreter

HELPERS = Path(__file__).with_name("helpers.tcl")
PATIENCE_SECONDS = 60

_IDENTIFIER = re.compile(r"<\d+\.\d+\.\d+@[^>\s]*>")
_TOKEN = re.compile(r"::mime::\d+")


@dataclass(frozen=True)
class Answer:
    """The completion code, and the result as Tcl has it, with what callbacks were given behind it if there was any.

    What is made up anew each time (identifiers, tokens) is the same in all answers.
    """

    code: int
    result: str

    @classmethod
    def parse(cls, line: str) -> Answer:
        """From a line of `answer` in helpers.tcl."""
        code, result, called = line.split()
        text = _text(result) + (f"\ncallbacks: {_text(called)}" if called != "<>" else "")
        return cls(int(code), _TOKEN.sub("::mime::N", _IDENTIFIER.sub("<ID>", text)))


def _text(word: str) -> str:
    return bytes.fromhex(word[1:-1]).decode("utf-8", "surrogatepass")


class Tcllib:
    """A tclsh that answers calls one after the other; a context manager that ends it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(["tclsh", HELPERS, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._asked: Sequence[str] = ()

    def __enter__(self) -> Tcllib:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, calls: Sequence[str]) -> None:
        """Begin with these calls, whose answers come from `answers`."""
        assert self._process.stdin
        self._asked = calls
        self._process.stdin.write("".join(f"{call}\n" for call in (*calls, "")).encode("ascii"))
        self._process.stdin.flush()

    def answers(self) -> list[Answer]:
        """The answers to what was asked. Raises TimeoutError where they do not come, naming the calls, and EOFError."""
        assert self._process.stdout
        if not select.select([self._process.stdout], [], [], PATIENCE_SECONDS)[0]:
            self._process.kill()
            raise TimeoutError(f"tcllib does not answer: {self._asked}")
        return [Answer.parse(self._line()) for _ in self._asked]

    def _line(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().decode("ascii")
        if not line:
            raise EOFError("tclsh ended; is tcllib installed?")
        return line


class Tclsmtp:
    """An interpreter of a dialect; a context manager that closes it."""

    def __init__(self, dialect: str) -> None:
        self.dialect = dialect
        self._interpreter = Interpreter(dialect=dialect)
        self._interpreter.eval("set argv {}")
        self._interpreter.call("source", str(HELPERS))

    def __enter__(self) -> Tclsmtp:
        return self

    def __exit__(self, *_: object) -> None:
        self._interpreter.eval("file delete -force $folder")
        self._interpreter.close()

    def answer(self, call: str) -> Answer:
        """The answer to a call."""
        return Answer.parse(self._interpreter.call("answer", call))
