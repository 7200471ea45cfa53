"""Time that a command takes."""

from __future__ import annotations

import resource
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """Seconds of wall time for one unit of work, and of user and system time where the whole process was measured."""

    wall: float
    cpu: float | None = None


def whole_process(command: tuple[str, ...], environment: dict[str, str]) -> Sample:
    """The process from its start to its end is the unit of work."""
    cpu, start = _children_cpu(), time.perf_counter()
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=True)
    return Sample(time.perf_counter() - start, _children_cpu() - cpu)


def as_printed(command: tuple[str, ...], environment: dict[str, str]) -> Sample:
    """The command prints the seconds that a unit of work took."""
    run = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    return Sample(float(run.stdout))


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
