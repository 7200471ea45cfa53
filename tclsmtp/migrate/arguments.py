"""What the command lines of `tclsmtp compare` and `tclsmtp record` have in common."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path

from tclsmtp.dialect import DIALECTS
from tclsmtp.errors import MigrateError
from tclsmtp.migrate.copying import MAX_BYTES, MAX_FILES
from tclsmtp.migrate.offers import OFFERS
from tclsmtp.migrate.script import DEFAULT_TIMEOUT, Script, Setup
from tclsmtp.migrate.terminal import escape

EPILOG = f"""\
Whatever server and port a script names, its sockets lead to a server on this machine that takes the mail and delivers
nothing; sockets for other protocols, such as HTTP, lead there too, and get no answer of their own protocol. A port on
which the script itself listens is left alone. What a script does by other means, with files outside of its folder or
programs such as sendmail, is really done.

A script runs in a copy of its folder (of the DIR, where one is given): {MAX_BYTES >> 20} MiB and {MAX_FILES} files at
most, without version control. NAME.compare.toml beside NAME.tcl says how it is run: args, stdin, env, offer, refuse,
rules, timeout, display (true shows it the X server), skip (true or a reason: it is no script by itself, and left out
where its folder is named), marks (those of its test in pytest).

For a recording, made or compared with, a script runs in UTC and in the locale C.UTF-8, unless env says otherwise.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Describe what both have: the scripts, how they are run, and the reference."""
    parser.epilog = EPILOG
    parser.add_argument(
        "scripts",
        nargs="+",
        type=Path,
        metavar="SCRIPT|DIR",
        help="a script, or a folder for each *.tcl below it but pkgIndex.tcl",
    )
    parser.add_argument(
        "--reference", default="tclsh", metavar="CMD", help="the tclsh that has tcllib (default: %(default)s)"
    )
    parser.add_argument(
        "--dialect", choices=tuple(DIALECTS), help="which tcllib's answers to give (default: as the reference does)"
    )
    parser.add_argument(
        "--offer",
        action="extend",
        default=[],
        type=_names,
        metavar="NAME,...",
        help=f"what the server offers, of {', '.join(OFFERS)} (default: nothing)",
    )
    parser.add_argument(
        "--refuse",
        action="append",
        default=[],
        metavar="PATTERN=REPLY",
        help="a command that the server refuses, as in 'RCPT TO:<bad@*>=550 no such user'",
    )
    parser.add_argument("--rules", type=Path, metavar="FILE", help="a file of rules for the server")
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=DEFAULT_TIMEOUT,
        metavar="SECONDS",
        help="how long a script may take (default: %(default)g)",
    )
    parser.add_argument(
        "--jobs", type=_jobs, default=cores(), metavar="N", help="scripts at a time (default: %(default)s, the cores)"
    )
    parser.add_argument("--quiet", action="store_true", help="say only what needs attention")


def read_setup(arguments: Namespace) -> Setup:
    """How scripts are run, where no file beside them says otherwise; the words after `--` are their arguments."""
    return Setup(
        args=tuple(arguments.rest),
        offer=tuple(arguments.offer),
        refuse=tuple(arguments.refuse),
        rules=arguments.rules,
        timeout=arguments.timeout,
    )


def to_run(scripts: Sequence[Script], *, quiet: bool) -> tuple[Script, ...]:
    """Those that are not to be skipped; the others are told on stderr. Raises MigrateError where all are."""
    chosen = tuple(script for script in scripts if not script.setup.skip)
    if not chosen:
        raise MigrateError("each script is to be skipped, as its NAME.compare.toml says")
    for script in scripts:
        if script.setup.skip and not quiet:
            print(escape(f"left out: {script.name} ({script.setup.skip})"), file=sys.stderr)
    return chosen


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _names(text: str) -> list[str]:
    names = text.replace(",", " ").split()
    for name in names:
        if name not in OFFERS:
            raise ArgumentTypeError(f"nothing to offer is named {name!r}: known are {', '.join(OFFERS)}")
    return names


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"expected a number of seconds, not {text!r}")
    return seconds


def _jobs(text: str) -> int:
    if not (text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"expected a number, 1 or more, not {text!r}")
    return int(text)
