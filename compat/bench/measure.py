"""Time that a command takes."""

from __future__ import annotations

import resource
import subprocess
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """Seconds of wall time for one unit of work; seconds of user and system time where the whole process was measured,
    and MiB of memory that the work needed where the command tells them.
    """

    wall: float
    cpu: float | None = None
    memory: float | None = None


def whole_process(command: tuple[str, ...], environment: dict[str, str]) -> Sample:
    """The process from its start to its end is the unit of work."""
    cpu, start = _children_cpu(), time.perf_counter()
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=True)
    return Sample(time.perf_counter() - start, _children_cpu() - cpu)


def as_printed(command: tuple[str, ...], environment: dict[str, str]) -> Sample:
    """The command prints the seconds that a unit of work took, and the MiB that it needed if it knows."""
    run = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    seconds, *memory = map(float, run.stdout.split())
    return Sample(seconds, memory=memory[0] if memory else None)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
