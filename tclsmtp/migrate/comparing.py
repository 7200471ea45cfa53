"""Comparing scripts: each is run under the reference and under tclsmtp, with a capture server of its own each time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tclsmtp.dialect import DEFAULT
from tclsmtp.errors import MigrateError
from tclsmtp.migrate import recordings
from tclsmtp.migrate.capturing import Areas, check_shells, run_captured
from tclsmtp.migrate.differences import differences
from tclsmtp.migrate.explain import Explanations
from tclsmtp.migrate.model import Comparison, Run
from tclsmtp.migrate.processes import Running
from tclsmtp.migrate.reference import find_own, find_reference
from tclsmtp.migrate.script import Script


@dataclass(frozen=True, slots=True)
class Settings:
    """With what scripts are compared.

    `reference` is the command line that stands for tclsh, unless `recorded` is a folder of recordings to take in its
    place. `dialect` is found out from the reference where it is None. `deviations` and `accept` are files that explain
    differences; where `deviations` is None it is tclsmtp's own list, if that is at hand.
    """

    reference: str = "tclsh"
    dialect: str | None = None
    recorded: Path | None = None
    deviations: Path | None = None
    accept: tuple[Path, ...] = ()


class Comparer:
    """Compares scripts, of several threads at once if need be."""

    def __init__(self, settings: Settings) -> None:
        """Find the shells and the explanations. Raises MigrateError where scripts cannot be compared at all."""
        self._settings = settings
        self._explanations = Explanations.load(settings.deviations, settings.accept)
        self._reference = None if settings.recorded else find_reference(settings.reference, settings.dialect)
        known = self._reference.dialect if self._reference else settings.dialect
        self._own = find_own(known or DEFAULT.name)
        self._running = Running()
        shells = tuple(shell for shell in (self._reference, self._own) if shell)
        check_shells(shells)
        self._areas = Areas(shells, self._running)

    def compare(self, script: Script) -> Comparison:
        """Run the script on both sides and tell what differs. What is in the way is told in the comparison."""
        try:
            reference, ours = self._runs(script)
        except MigrateError as error:
            return Comparison(script.name, error=str(error))
        if reference.error or ours.error:
            return Comparison(script.name, reference, ours)
        found = self._explanations.explain(script.name, differences(reference, ours))
        return Comparison(script.name, reference, ours, tuple(found))

    def stale(self) -> tuple[str, ...]:
        """The explanations that nothing came up for."""
        return tuple(self._explanations.stale())

    def interrupt(self) -> None:
        """End the scripts that run; those that are still to be compared fail."""
        self._running.end()

    def _runs(self, script: Script) -> tuple[Run, Run]:
        own, recorded = self._own, self._settings.recorded
        # In one area, so that the paths that a script may tell are the same.
        with self._areas.lend(script.folder) as area:
            if recorded:
                reference = recordings.load(recorded, script)
                own = replace(own, dialect=self._settings.dialect or reference.dialect)
                script = script.for_recordings()
            else:
                assert self._reference is not None
                reference = run_captured(area, script, self._reference)
            return reference, run_captured(area, script, own)
