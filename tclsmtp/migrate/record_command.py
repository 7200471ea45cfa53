"""`tclsmtp record`: run scripts under tcllib alone, and keep what they send."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from tclsmtp.errors import MigrateError
from tclsmtp.migrate import arguments as common
from tclsmtp.migrate import recordings
from tclsmtp.migrate.capturing import Recorder, run_all
from tclsmtp.migrate.script import Script, find_scripts
from tclsmtp.migrate.terminal import escape


def add_arguments(parser: ArgumentParser) -> None:
    """Describe the command line."""
    common.add_arguments(parser)
    parser.usage = "tclsmtp record [options] SCRIPT|DIR... --save DIR [-- ARG...]"
    parser.add_argument(
        "--save", type=Path, required=True, metavar="DIR", help="where to; each script has a folder of its name there"
    )


def main(arguments: Namespace) -> int:
    """Do it; 0, or 2 where a script could not be recorded. Raises MigrateError."""
    scripts = common.to_run(find_scripts(arguments.scripts, common.read_setup(arguments)), quiet=arguments.quiet)
    check_keys(scripts)
    recorder = Recorder(arguments.reference, arguments.dialect)

    def record(script: Script) -> tuple[str, bool]:
        try:
            run = recorder.run(script)
            place = recordings.save(arguments.save, script, run)
        except MigrateError as error:
            why = str(error)
            return (why if why.startswith(script.name) else f"{script.name}: {why}"), False
        count = len(run.captured.deliveries)
        return f"{script.name}: {count} message{'' if count == 1 else 's'}, kept in {place}", True

    results = run_all(record, scripts, arguments.jobs, recorder.interrupt, quiet=arguments.quiet)
    for text, recorded in results:
        if not (arguments.quiet and recorded):
            print(escape(text))
    return 0 if all(recorded for _, recorded in results) else 2


def check_keys(scripts: tuple[Script, ...]) -> None:
    """Make sure that no two scripts would be recorded in the same place. Raises MigrateError."""
    seen: dict[str, Script] = {}
    for script in scripts:
        other = seen.setdefault(script.key, script)
        if other is not script:
            raise MigrateError(f"{other.name} and {script.name} would both be recorded as {script.key}")
