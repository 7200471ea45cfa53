"""The options that the commands of migration testing share."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from pathlib import Path

from tclsmtp.migrate.script import Script, Settings

REFERENCE = ("tclsh",)


def add_scripts(parser: ArgumentParser) -> None:
    """SCRIPT|DIR... [-- ARG...]"""
    parser.add_argument("paths", nargs="+", type=Path, metavar="SCRIPT|DIR", help="scripts, or folders of *.tcl")
    parser.usage = f"{parser.prog} [options] SCRIPT|DIR ... [-- ARG ...]"
    parser.epilog = (
        "What follows -- are the arguments of each script. NAME.compare.toml beside NAME.tcl says more of it."
    )


def add_reference(parser: ArgumentParser) -> None:
    """--reference CMD"""
    parser.add_argument(
        "--reference",
        type=_command,
        default=REFERENCE,
        metavar="CMD",
        help="what runs a script with tcllib (default: tclsh)",
    )


def add_capture(parser: ArgumentParser) -> None:
    """--offer, --refuse, --rules: how the capture servers behave."""
    parser.add_argument(
        "--offer",
        type=_words,
        default=(),
        metavar="LIST",
        help="what the capture server offers: starttls, auth, separated by commas",
    )
    parser.add_argument(
        "--refuse",
        action="append",
        default=[],
        metavar="PATTERN=REPLY",
        help='what it refuses, such as "RCPT TO:<*@example.org>=550 no such user"; may be repeated',
    )
    parser.add_argument("--rules", type=Path, metavar="FILE", help="a JSON file that says how it behaves")


def add_running(parser: ArgumentParser) -> None:
    """--jobs, --timeout, --dry-run"""
    parser.add_argument(
        "--jobs", type=_positive, default=1, metavar="N", help="how many scripts at a time (default: 1)"
    )
    parser.add_argument(
        "--timeout", type=float, metavar="SECONDS", help="how long a script may run on each side (default: 60)"
    )
    parser.add_argument("--dry-run", action="store_true", help="list what would run, and run nothing")


def settings_of(arguments: Namespace) -> Callable[[Script], Settings]:
    """How a script is run: as the file beside it says, and the command line instead."""

    def of(script: Script) -> Settings:
        return script.settings.overridden(
            args=tuple(arguments.args),
            offer=arguments.offer,
            refuse=tuple(arguments.refuse),
            rules=arguments.rules,
            timeout=arguments.timeout,
        )

    return of


def _command(text: str) -> tuple[str, ...]:
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    if not words:
        raise ArgumentTypeError("expected a command")
    return words


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"expected a number from 1 on, not {text}")
    return int(text)
