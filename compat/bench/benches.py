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
class Server:
    """What the server offers, and how many milliseconds a round trip to it takes longer than to one on this machine."""

    chunking: bool = True
    round_trip: float = 0


@dataclass(frozen=True)
class Bench:
    """`ours` is to need at most `target` times the wall time of `baseline`, and so for each contender in `also`;
    `others` are there for information.

    `server` is the one that those connect to which send. `memory` is how many MiB it may need. `linear` is half the
    work of `ours`, which is to take about half the time. `rounds` is how many are enough where a contender takes long.
    """

    title: str
    ours: Contender
    baseline: Contender
    target: float
    also: tuple[tuple[Contender, float], ...] = ()
    others: tuple[Contender, ...] = ()
    server: Server = Server()
    memory: float | None = None
    linear: Contender | None = None
    rounds: int = 99

    @property
    def contenders(self) -> tuple[Contender, ...]:
        halves = () if self.linear is None else (self.linear,)
        return (self.ours, self.baseline, *halves, *(contender for contender, _ in self.also), *self.others)


@dataclass(frozen=True)
class Effort:
    """How much is done: messages in a process of the throughput bench, by fast contenders and by those that wait 40 ms
    each, or for a distant server; messages built in one; and what part of the sizes that the other benches name.
    """

    messages: int = 1000
    slow_messages: int = 15
    distant_messages: int = 6
    built: int = 2000
    size: float = 1

    def of(self, size: int) -> int:
        """That part of a size."""
        return int(size * self.size)


QUICK = Effort(3, 1, 1, 3, 0.02)


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
    return _throughput(effort, Server(), "CHUNKING", 1 / 0.6)


def throughput_data(effort: Effort) -> Bench:
    return _throughput(effort, Server(chunking=False), "no CHUNKING", 1 / 0.5)


def _throughput(effort: Effort, server: Server, offers: str, to_raw: float) -> Bench:
    fast, slow = str(effort.messages), str(effort.slow_messages)
    return Bench(
        f"throughput: a 1 KiB message made, sent on a new connection, finalized; {offers}",
        _ours("many.tcl", fast),
        _python("smtplib.send_message", "many_smtplib.py", fast),
        target=1 / 3,
        also=((_python("raw bytes from Python", "many_raw.py", fast), to_raw),),
        others=(Contender("tclsh, tcllib", ("tclsh", str(HERE / "many.tcl"), slow), as_printed),),
        server=server,
    )


def reuse(effort: Effort) -> Bench:
    messages = str(effort.messages)
    policy = ("--policy", str(HERE / "reuse.toml"))
    return Bench(
        "reuse: a 1 KiB message made, sent on a connection that is kept, finalized; CHUNKING",
        Contender("tclsmtp run", (*TCLSMTP, *policy, str(HERE / "many.tcl"), messages), as_printed),
        _python("smtplib, one connection", "reused_smtplib.py", messages),
        target=1 / 5,
        also=((_python("raw, one connection", "reused_raw.py", messages), 1 / 0.6),),
    )


def distant(effort: Effort) -> Bench:
    return _distant(effort, 1, Server(round_trip=20), 0.55)


def distant_data(effort: Effort) -> Bench:
    return _distant(effort, 1, Server(chunking=False, round_trip=20), 0.65)


def distant_many(effort: Effort) -> Bench:
    return _distant(effort, 100, Server(round_trip=20), 0.06)


def distant_many_data(effort: Effort) -> Bench:
    return _distant(effort, 100, Server(chunking=False, round_trip=20), 0.06)


def _distant(effort: Effort, recipients: int, server: Server, target: float) -> Bench:
    words = str(max(1, effort.distant_messages // recipients)), str(max(1, effort.of(recipients)))
    named = "one recipient" if recipients == 1 else f"{recipients} recipients"
    return Bench(
        f"a server 20 ms away: a 1 KiB message to {named}; {'' if server.chunking else 'no '}CHUNKING",
        _ours("many.tcl", *words),
        _python("smtplib.send_message", "many_smtplib.py", *words),
        target=target,
        server=server,
        rounds=5 if recipients == 1 else 2,
    )


def file(effort: Effort) -> Bench:
    del effort
    return Bench(
        "a 10 MiB -file in base64, sent",
        _ours("file.tcl"),
        _python("a loop over lines", "file_loop.py"),
        target=1,
        others=(_without_pybase64("file.tcl"),),
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
        others=(_without_pybase64("attachment.tcl", channel),),
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
        _python("Python's email", "parse_email.py"),
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
        _python("EmailMessage.as_bytes", "build_email.py", messages),
        target=1 / 8,
        others=(Contender("tclsh, tcllib", ("tclsh", str(HERE / "build.tcl"), messages), as_printed),),
    )


def _ours(script: str, *arguments: str) -> Contender:
    return Contender("tclsmtp run", (*TCLSMTP, str(HERE / script), *arguments), as_printed)


def _without_pybase64(script: str, *arguments: str) -> Contender:
    return _python("without pybase64", "without_pybase64.py", "run", str(HERE / script), *arguments)


def _python(name: str, script: str, *arguments: str) -> Contender:
    return Contender(name, (sys.executable, str(HERE / script), *arguments), as_printed)


def _both(script: str, *arguments: str) -> tuple[Contender, Contender]:
    """The same script under tclsmtp and under tclsh with tcllib."""
    return _ours(script, *arguments), Contender("tclsh, tcllib", ("tclsh", str(HERE / script), *arguments), as_printed)


BENCHES: tuple[Callable[[Effort], Bench], ...] = (
    start_up,
    throughput,
    throughput_data,
    reuse,
    distant,
    distant_data,
    distant_many,
    distant_many_data,
    file,
    attachment_text,
    attachment_binary,
    qp_encode,
    parse_file,
    parseaddress,
    field_decode,
    build,
)
