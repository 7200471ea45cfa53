"""A large body is handed to a callback without ever being in memory."""

from __future__ import annotations

import subprocess
import sys
from base64 import encodebytes
from collections.abc import Callable
from pathlib import Path

import pytest

SIZE = 72 << 20
"""Octets, a multiple of three for base64."""
LIMIT = 16 << 20

READ = """
import sys
from tclsmtp import Interpreter

def peak():
    # What getrusage says would count the process that started this one, too.
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))

options, *paths = sys.argv[1:]
with Interpreter() as interpreter:
    interpreter.eval("package require mime")
    interpreter.eval('''
        proc count {what {data {}}} { incr ::octets [string length $data]; return $::octets }
        proc octets args {
            set ::octets 0
            set token [mime::initialize {*}$args]
            set last [mime::getbody $token -decode -command count -blocksize 50000]
            mime::finalize $token
            return $last
        }
    ''')
    for path in paths:
        print(interpreter.eval(f"octets {options} -file {{{path}}}"), peak())
"""
"""Reads the body of one file after the other; prints its octets, and how much memory there ever was by then."""


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(SIZE)


LINES = "Zeichen für Zeichen, und kein Ende\n".encode() * 28 + b"-" * 16
BLOCK = LINES * 384


def message(encoding: str, encoded: bytes) -> Callable[[Path], None]:
    """Writes a message whose body is BLOCK over and over, encoded."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(
                b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: %b\n\n" % encoding.encode()
            )
            for _ in range(SIZE // len(BLOCK)):
                file.write(encoded)

    return write


CASES = {
    "file": ("-canonical text/plain -param {charset utf-8}", sparse),
    "base64": ("", message("base64", encodebytes(BLOCK))),
    "quoted-printable": ("", message("quoted-printable", BLOCK)),
    "8bit": ("", message("8bit", BLOCK)),
}


@pytest.mark.parametrize(("options", "write"), CASES.values(), ids=CASES)
def test_a_large_body_takes_no_memory(tmp_path: Path, options: str, write: Callable[[Path], None]) -> None:
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"A: b\n\nsmall\n")
    write(large)
    command = [sys.executable, "-c", READ, options, str(small), str(large)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    finally:
        large.unlink()
    (_, idle), (octets, peak) = (map(int, line.split()) for line in done.stdout.splitlines())
    assert octets == SIZE
    assert peak - idle < LIMIT
