"""`tclsmtp compare`: run scripts under the reference and under tclsmtp, and show what differs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from rich.console import Console

from tclsmtp.migrate import arguments as options
from tclsmtp.migrate import terminal
from tclsmtp.migrate.comparing import Comparer, Runner
from tclsmtp.migrate.explain import Explanations
from tclsmtp.migrate.machine_output import write_json, write_junit
from tclsmtp.migrate.recordings import Recordings
from tclsmtp.migrate.reference import Reference, probe
from tclsmtp.migrate.report import write_report
from tclsmtp.migrate.run import our_side
from tclsmtp.migrate.script import find_scripts
from tclsmtp.migrate.wording import HAPPENS_TWICE, exit_status

DIFFERS, COULD_NOT_RUN = 1, 2


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    parser.description = f"Run scripts under tcllib and under tclsmtp, and show what differs. {HAPPENS_TWICE}"
    options.add_scripts(parser)
    options.add_reference(parser)
    parser.add_argument(
        "--recorded", type=Path, metavar="DIR", help="compare with what `tclsmtp record` kept there, not with tcllib"
    )
    options.add_capture(parser)
    options.add_running(parser)
    parser.add_argument("--accept", type=Path, metavar="FILE", help="a TOML file that explains more differences")
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="write an HTML report, which starts at DIR/index.html"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all of it as JSON")
    parser.add_argument(
        "--junit", type=Path, metavar="FILE", help="write a test report as continuous integration reads"
    )


def main(arguments: Namespace) -> int:
    """Compare; 0 where all scripts do the same or what differs is explained, 1 where one differs, 2 where one did not
    run.

    Raises MigrateError where nothing could be run at all.
    """
    console, notes = Console(highlight=False), Console(stderr=True, highlight=False)
    scripts = find_scripts(arguments.paths)
    settings = options.settings_of(arguments)
    explanations = Explanations.load(accept=arguments.accept)
    reference, runner = _reference(arguments)
    ours = our_side(reference.dialect)
    if arguments.dry_run:
        for script in scripts:
            console.print(f"{script.path} {' '.join(settings(script).args)}".rstrip(), markup=False, soft_wrap=True)
        notes.print(f"would run under {reference} and {ours}", markup=False, soft_wrap=True)
        return 0
    notes.print(HAPPENS_TWICE, style="yellow", soft_wrap=True)
    notes.print(f"reference: {reference}; tclsmtp in dialect {reference.dialect}", markup=False, soft_wrap=True)
    comparer = Comparer(runner, ours, explanations, settings)
    with terminal.progress(len(scripts), notes) as advance:
        comparisons = comparer.compare_all(scripts, jobs=arguments.jobs, on_done=advance)
    stale = explanations.stale()
    terminal.show(comparisons, console, stale=stale)
    if arguments.json:
        write_json(comparisons, arguments.json, reference=str(reference), stale=stale)
    if arguments.junit:
        write_junit(comparisons, arguments.junit)
    if arguments.report:
        write_report(comparisons, arguments.report, reference=str(reference), stale=stale)
        console.print(f"report: {arguments.report / 'index.html'}", markup=False, soft_wrap=True)
    return exit_status(comparisons)


def _reference(arguments: Namespace) -> tuple[Reference, Runner]:
    if arguments.recorded is not None:
        recordings = Recordings.open(arguments.recorded)
        return recordings.reference, recordings
    reference = probe(arguments.reference)
    return reference, reference.side
