"""What is measured. A bench is one function here that says who competes, and a place in BENCHES."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from compat.bench.measure import Sample, as_printed, whole_process

HERE = Path(__file__).parent
TCLSMTP = (str(Path(sys.executable).with_name("tclsmtp")), "run")


@dataclass(frozen=True)
class Contender:
    """A command that does the work, and how its time is taken."""

    name: str
    command: tuple[str, ...]
    measure: Callable[[tuple[str, ...], dict[str, str]], Sample]


@dataclass(frozen=True)
class Bench:
    """`ours` is to need at most `target` times the wall time of `baseline`; `others` are there for information.

    `memory` is how many MiB it may need. `linear` is half the work of `ours`, which is to take about half the time.
    `rounds` is how many rounds are enough where a contender takes long.
    """

    title: str
    ours: Contender
    baseline: Contender
    target: float
    others: tuple[Contender, ...] = ()
    memory: float | None = None
    linear: Contender | None = None
    rounds: int = 99

    @property
    def contenders(self) -> tuple[Contender, ...]:
        halves = () if self.linear is None else (self.linear,)
        return (self.ours, self.baseline, *halves, *self.others)


@dataclass(frozen=True)
class Effort:
    """How much is done: messages in a process of the throughput bench, by fast contenders and by those that wait 40 ms
    each; messages built in one; and what part of the sizes that the other benches name.
    """

    messages: int = 300
    slow_messages: int = 15
    built: int = 2000
    size: float = 1

    def of(self, size: int) -> int:
        """That part of a size."""
        return int(size * self.size)


QUICK = Effort(3, 1, 3, 0.02)


def start_up(effort: Effort) -> Bench:
    del effort
    script = str(HERE / "one.tcl")
    return Bench(
        "start-up: a script that sends one 1 KiB message, whole process",
        Contender("tclsmtp run", (*TCLSMTP, script), whole_process),
        Contender("tclsh, tcllib", ("tclsh", script), whole_process),
        target=0.45,
    )


def throughput(effort: Effort) -> Bench:
    script = str(HERE / "many.tcl")
    fast, slow = str(effort.messages), str(effort.slow_messages)
    return Bench(
        "throughput: a 1 KiB message made, sent on a new connection, finalized",
        Contender("tclsmtp run", (*TCLSMTP, script, fast), as_printed),
        Contender("smtplib.send_message", (sys.executable, str(HERE / "many_smtplib.py"), fast), as_printed),
        target=1 / 2.5,
        others=(
            Contender("raw bytes from Python", (sys.executable, str(HERE / "many_raw.py"), fast), as_printed),
            Contender("tclsh, tcllib", ("tclsh", script, slow), as_printed),
        ),
    )


def attachment_text(effort: Effort) -> Bench:
    return _attachment(effort, "text", 0.9)


def attachment_binary(effort: Effort) -> Bench:
    return _attachment(effort, "binary", 0.6)


def _attachment(effort: Effort, channel: str, target: float) -> Bench:
    del effort
    return Bench(
        f"copymessage: a 25 MiB -file in base64 to a {channel} channel",
        *_both("attachment.tcl", channel),
        target=target,
        memory=8,
    )


def qp_encode(effort: Effort) -> Bench:
    octets = str(effort.of(1 << 20))
    return Bench("qp_encode: 1 MiB of text", *_both("calls.tcl", "qp_encode", octets), target=1 / 50, rounds=1)


def parse_file(effort: Effort) -> Bench:
    del effort
    return Bench(
        "parse: a 10 MiB multipart from -file, all bodies read",
        _ours("parse.tcl"),
        Contender("Python's email", (sys.executable, str(HERE / "parse_email.py")), as_printed),
        target=1 / 1.5,
        rounds=7,
    )


def parseaddress(effort: Effort) -> Bench:
    count = effort.of(5000)
    half = _ours("calls.tcl", "parseaddress", str(count // 2))
    return Bench(
        "parseaddress: 5,000 addresses in one call",
        *_both("calls.tcl", "parseaddress", str(count)),
        target=1 / 20,
        linear=replace(half, name="tclsmtp run, 2,500"),
        rounds=3,
    )


def field_decode(effort: Effort) -> Bench:
    length = str(effort.of(10_000))
    return Bench(
        "field_decode: 10,000 characters", *_both("calls.tcl", "field_decode", length), target=1 / 40, rounds=7
    )


def build(effort: Effort) -> Bench:
    messages = str(effort.built)
    return Bench(
        "build: a 1 KiB message made, written to a string, finalized, from Tcl",
        _ours("build.tcl", messages),
        Contender("EmailMessage.as_bytes", (sys.executable, str(HERE / "build_email.py"), messages), as_printed),
        target=1 / 8,
        others=(Contender("tclsh, tcllib", ("tclsh", str(HERE / "build.tcl"), messages), as_printed),),
    )


def _ours(script: str, *arguments: str) -> Contender:
    return Contender("tclsmtp run", (*TCLSMTP, str(HERE / script), *arguments), as_printed)


def _both(script: str, *arguments: str) -> tuple[Contender, Contender]:
    """The same script under tclsmtp and under tclsh with tcllib."""
    return _ours(script, *arguments), Contender("tclsh, tcllib", ("tclsh", str(HERE / script), *arguments), as_printed)


BENCHES: tuple[Callable[[Effort], Bench], ...] = (
    start_up,
    throughput,
    attachment_text,
    attachment_binary,
    qp_encode,
    parse_file,
    parseaddress,
    field_decode,
    build,
)
