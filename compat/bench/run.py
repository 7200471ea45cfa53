"""Run the benches and print their ratios: `python compat/bench/run.py [--rounds N] [--quick] [NAME...]`.

All sides of a bench are measured in one run, one after the other in each round, in an order that rotates; the table
shows medians. One round before is not counted: it fills caches and writes Python's compiled files.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from compat.bench import inputs
from compat.bench.benches import BENCHES, HERE, QUICK, Bench, Contender, Effort, Server
from compat.bench.measure import Sample

TCLLIB = """
puts -nonewline "Tcl [info patchlevel], tcllib's smtp [package require smtp] and mime [package require mime], "
set faster {}
foreach package {Trf tcllibc critcl} { if {![catch { package require $package }]} { lappend faster $package } }
puts [expr {[llength $faster] ? "with [join $faster {, }], which help it" : "all in Tcl: no Trf, no tcllibc"}]
"""

LINEAR = 2.3


@contextmanager
def running(server: Server) -> Iterator[dict[str, str]]:
    """The server, told of by the environment to run contenders in."""
    with ExitStack() as stack:
        port = stack.enter_context(listening("sink.py", *([] if server.chunking else ["--no-chunking"])))
        if server.round_trip:
            port = stack.enter_context(listening("distance.py", str(server.round_trip), port))
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        yield environment | {"SINK_PORT": port, "SINK_CHUNKING": "1" if server.chunking else ""}


@contextmanager
def listening(script: str, *arguments: str) -> Iterator[str]:
    """A process that serves until its standard input ends; the port that it prints."""
    command = [sys.executable, str(HERE / script), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield process.stdout.readline().decode().strip()
        process.communicate()


def measure(
    bench: Bench, rounds: int, environment: dict[str, str], missing: Collection[str]
) -> dict[Contender, Sample]:
    """The median of each contender whose program is not among the `missing`."""
    present = [contender for contender in bench.contenders if contender.command[0] not in missing]
    samples: dict[Contender, list[Sample]] = {contender: [] for contender in present}
    for number in range(rounds + 1):
        first = number % len(samples)
        for contender in [*samples][first:] + [*samples][:first]:
            sample = contender.measure(contender.command, environment)
            if number:
                samples[contender].append(sample)
    return {contender: median(taken) for contender, taken in samples.items()}


def median(samples: list[Sample]) -> Sample:
    cpu = [sample.cpu for sample in samples if sample.cpu is not None]
    memory = [sample.memory for sample in samples if sample.memory is not None]
    return Sample(
        statistics.median(sample.wall for sample in samples),
        statistics.median(cpu) if cpu else None,
        max(memory) if memory else None,
    )


def report(bench: Bench, medians: dict[Contender, Sample]) -> str:
    """The bench's table."""
    reference = medians.get(bench.baseline)
    lines = [bench.title, f"  {'':22} {'wall ms':>9} {'user+sys':>9} {'MiB more':>9} {'ratio':>7}"]
    for contender, sample in medians.items():
        cpu = "" if sample.cpu is None else f"{sample.cpu * 1e3:.1f}"
        memory = "" if sample.memory is None else f"{sample.memory:.1f}"
        ratio = f"{sample.wall / reference.wall:.3f}" if reference else ""
        lines.append(f"  {contender.name:22} {sample.wall * 1e3:9.3f} {cpu:>9} {memory:>9} {ratio:>7}")
    return "\n".join([*lines, *verdicts(bench, medians)])


def verdicts(bench: Bench, medians: dict[Contender, Sample]) -> Iterator[str]:
    """A line for each target: whether it is met."""
    ours = medians[bench.ours]
    for other, target in ((bench.baseline, bench.target), *bench.also):
        verdict = f"not known without {other.command[0]}"
        if other in medians:
            ratio = ours.wall / medians[other].wall
            verdict = f"{_met(ratio <= target)} ({1 / ratio:.2g} times as fast)"
        yield f"  target: a ratio of at most {target:.3f} to {other.name}: {verdict}"
    if bench.memory is not None and ours.memory is not None:
        yield f"  target: less than {bench.memory:.0f} MiB more memory: {_met(ours.memory < bench.memory)}"
    if bench.linear is not None:
        growth = ours.wall / medians[bench.linear].wall
        verdict = f"{_met(growth <= LINEAR)} ({growth:.2f})"
        yield f"  target: linear, at most {LINEAR} times the time for twice the work: {verdict}"


def _met(met: bool) -> str:
    return "met" if met else "MISSED"


def machine() -> str:
    """What the numbers depend on."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    return f"{system}, {os.cpu_count()} CPUs ({_cpu_model()}), load {load}; Python {platform.python_version()}"


def tcllib() -> str:
    """The versions of tclsh and its tcllib; empty where one of them is not installed."""
    if shutil.which("tclsh") is None:
        return ""
    return subprocess.run(["tclsh"], input=TCLLIB, capture_output=True, check=False, text=True).stdout.strip()


def base64() -> str:
    """What encodes large files in base64, in a `tclsmtp run` of this environment."""
    try:
        from pybase64 import get_version
    except ImportError:
        return "base64 of large files by binascii: the extra tclsmtp[fast] is not installed"
    return f"base64 of large files by pybase64 {get_version()}"


def _cpu_model() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


def main(arguments: list[str] | None = None) -> None:
    """Parse the arguments, run the benches, print."""
    names = [bench.__name__ for bench in BENCHES]
    parser = argparse.ArgumentParser(description="Measure tclsmtp against tcllib and smtplib.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"benches to run, of {', '.join(names)} (all)")
    parser.add_argument("--rounds", type=int, default=11, help="measurements that count (%(default)s)")
    parser.add_argument("--quick", action="store_true", help="one round of a few messages: does the bench still work?")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(names):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}")
    effort, rounds = (QUICK, 1) if options.quick else (Effort(), options.rounds)
    reference = tcllib()
    print(machine(), reference or "tclsh with tcllib is not installed: benches run without it", base64(), sep="\n")
    missing = () if reference else ("tclsh",)
    with TemporaryDirectory() as folder:
        inputs.make(Path(folder), effort.of(25 * inputs.MEBIBYTE), effort.of(10 * inputs.MEBIBYTE))
        for make in BENCHES:
            if not options.names or make.__name__ in options.names:
                bench = make(effort)
                with running(bench.server) as environment:
                    environment["BENCH_FOLDER"] = folder
                    medians = measure(bench, min(rounds, bench.rounds), environment, missing)
                print(f"\n{report(bench, medians)}", flush=True)


if __name__ == "__main__":
    main()
