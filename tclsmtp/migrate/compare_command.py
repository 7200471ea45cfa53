"""`tclsmtp compare`: run scripts under tcllib and under tclsmtp, and tell what differs."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

from tclsmtp.errors import MigrateError
from tclsmtp.migrate import arguments as common
from tclsmtp.migrate import report
from tclsmtp.migrate.capturing import run_all
from tclsmtp.migrate.comparing import Comparer, Settings
from tclsmtp.migrate.machine_output import as_json, as_junit
from tclsmtp.migrate.model import Comparison, Outcome
from tclsmtp.migrate.script import Script, Setup, find_scripts
from tclsmtp.migrate.terminal import escape, show

TWICE = (
    "Each script runs twice: what it does besides sending mail, to files outside of its folder or with programs that "
    "it starts, happens twice."
)
STDOUT = "-"


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    common.add_arguments(parser)
    parser.usage = "tclsmtp compare [options] SCRIPT|DIR... [-- ARG...]"
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="differences of your scripts that are all right, and why; may be repeated",
    )
    parser.add_argument(
        "--deviations", type=Path, metavar="FILE", help="where tclsmtp is to differ (default: its own list)"
    )
    parser.add_argument(
        "--recorded",
        type=Path,
        metavar="DIR",
        help="take the reference's runs from here, as `tclsmtp record` saved them",
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would be run, and how; run nothing")
    parser.add_argument(
        "--json", nargs="?", const=STDOUT, type=_output, metavar="FILE", help="JSON, to stdout without FILE"
    )
    parser.add_argument("--junit", type=_output, metavar="FILE", help="a test report as CI services read it")
    parser.add_argument("--report", type=Path, metavar="DIR", help="pages in HTML with both sides of each script")


def main(arguments: Namespace) -> int:
    """Do it; 0 where all is the same or explained, 1 where something differs, 2 where a script could not be compared.

    Raises MigrateError.
    """
    scripts = find_scripts(arguments.scripts, common.read_setup(arguments))
    if arguments.dry_run:
        for script in scripts:
            print(describe(script))
        return 0
    scripts = common.to_run(scripts, quiet=arguments.quiet)
    comparer = Comparer(
        Settings(
            reference=arguments.reference,
            dialect=arguments.dialect,
            recorded=arguments.recorded,
            deviations=arguments.deviations,
            accept=tuple(arguments.accept),
        )
    )
    if not (arguments.quiet or arguments.recorded):
        print(TWICE, file=sys.stderr)
    comparisons = run_all(comparer.compare, scripts, arguments.jobs, comparer.interrupt, quiet=arguments.quiet)
    _tell(arguments, comparisons, comparer.stale())
    outcomes = {comparison.outcome for comparison in comparisons}
    return 2 if Outcome.FAILED in outcomes else 1 if Outcome.DIFFERS in outcomes else 0


def describe(script: Script) -> str:
    """The script and each setting that is not the usual one, on one line; of variables only the names."""
    usual = Setup()
    shown = {field.name: getattr(script.setup, field.name) for field in fields(Setup)}
    settings = {name: repr(value) for name, value in shown.items() if value != getattr(usual, name)}
    if script.setup.env:
        settings["env"] = ",".join(name for name, _ in script.setup.env)
    if script.setup.rules:
        settings["rules"] = str(script.setup.rules)
    return "  ".join((escape(script.name), *(f"{name}={escape(text)}" for name, text in settings.items())))


def _tell(arguments: Namespace, comparisons: Sequence[Comparison], stale: Sequence[str]) -> None:
    if arguments.json == STDOUT:
        print(as_json(comparisons, stale), end="")
    else:
        show(comparisons, quiet=arguments.quiet)
        if arguments.json:
            _write(arguments.json, as_json(comparisons, stale).encode())
    if arguments.junit:
        _write(arguments.junit, as_junit(comparisons))
    if arguments.report:
        index = report.write(comparisons, arguments.report, stale=stale)
        if not arguments.quiet:
            print(f"report: {escape(str(index))}", file=sys.stderr)
    for entry in stale:
        print(f"tclsmtp compare: nothing came up for {escape(entry)}", file=sys.stderr)


def _write(name: str, content: bytes) -> None:
    try:
        Path(name).write_bytes(content)
    except OSError as error:
        raise MigrateError(f"{name}: {error.strerror or error}") from error


def _output(name: str) -> str:
    # `--json a.tcl` would otherwise take the script that it was to compare, and write over it.
    if name.endswith(".tcl"):
        raise ArgumentTypeError(f"{name} is a script; write --json=- for stdout")
    return name
