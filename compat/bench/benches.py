"""What is measured. A bench is one function here that says who competes, and a place in BENCHES."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
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
    """`ours` is to need at most `target` times the wall time of `baseline`; `others` are there for information."""

    title: str
    ours: Contender
    baseline: Contender
    target: float
    others: tuple[Contender, ...] = ()

    @property
    def contenders(self) -> tuple[Contender, ...]:
        return (self.ours, self.baseline, *self.others)


@dataclass(frozen=True)
class Effort:
    """How many messages the throughput bench sends in a process: fast contenders, and those that wait 40 ms each."""

    messages: int = 300
    slow_messages: int = 15


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


BENCHES: tuple[Callable[[Effort], Bench], ...] = (start_up, throughput)
