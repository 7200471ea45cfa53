"""`tclsmtp record`: keep what scripts do under the reference, to be compared later, or elsewhere."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console

from tclsmtp.errors import MigrateError
from tclsmtp.migrate import arguments as options
from tclsmtp.migrate.recordings import Recordings
from tclsmtp.migrate.reference import probe
from tclsmtp.migrate.run import end_all
from tclsmtp.migrate.script import Script, find_scripts
from tclsmtp.migrate.terminal import printable

NOT_ALL = 2


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    options.add_scripts(parser)
    parser.add_argument("--save", type=Path, required=True, metavar="DIR", help="the folder that keeps it")
    options.add_reference(parser)
    options.add_capture(parser)
    options.add_running(parser)


def main(arguments: Namespace) -> int:
    """Record; 0, or 2 where a script could not be run. Raises MigrateError where none could."""
    console = Console(highlight=False)
    scripts = find_scripts(arguments.paths)
    settings = options.settings_of(arguments)
    reference = probe(arguments.reference)
    if arguments.dry_run:
        for script in scripts:
            console.print(f"{script.path} {' '.join(settings(script).args)}".rstrip(), markup=False, soft_wrap=True)
        return 0
    recordings = Recordings.create(arguments.save, reference)

    def record(script: Script) -> str:
        try:
            chosen = settings(script)
            run = reference.side.run(script, chosen)
            recordings.save(script, chosen, run)
        except MigrateError as error:
            return str(error)
        return ""

    failed = 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        try:
            for script, error in zip(scripts, pool.map(record, scripts), strict=True):
                failed += bool(error)
                console.print(printable(f"{script.name}: {error or 'recorded'}"), markup=False, soft_wrap=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_all()
            raise
    return NOT_ALL if failed else 0
