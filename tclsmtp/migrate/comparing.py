"""Comparing scripts: each on both sides, several at a time, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Protocol

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.differences import differences
from tclsmtp.migrate.explain import Explanations
from tclsmtp.migrate.model import Comparison, Run
from tclsmtp.migrate.run import end_all
from tclsmtp.migrate.script import Script, Settings


class Runner(Protocol):
    """What tells how a script behaves: a side that runs it, or recordings of one."""

    def run(self, script: Script, settings: Settings) -> Run:
        """What the script did. Raises MigrateError where that cannot be told."""


@dataclass(frozen=True, slots=True)
class Comparer:
    """Two sides, and what explains their differences; `settings` turns a script into how it is to be run."""

    reference: Runner
    ours: Runner
    explanations: Explanations
    settings: Callable[[Script], Settings] = lambda script: script.settings

    def compare(self, script: Script) -> Comparison:
        """Run a script on both sides, one after the other; what could not be run is in the answer's `error`."""
        args: tuple[str, ...] = ()
        reference: Run | None = None
        try:
            settings = self.settings(script)
            args = settings.args
            reference = self.reference.run(script, settings)
            ours = self.ours.run(script, settings)
        except MigrateError as error:
            return Comparison(script.name, args, reference, error=str(error))
        found = tuple(self.explanations.explain(script.name, difference) for difference in differences(reference, ours))
        return Comparison(script.name, args, reference, ours, found)

    def compare_all(
        self, scripts: Sequence[Script], *, jobs: int = 1, on_done: Callable[[Comparison], object] | None = None
    ) -> list[Comparison]:
        """Compare scripts, `jobs` of them at a time, each with both sides in turn; the answers in the scripts' order.

        `on_done` is called with each as it comes, in the caller's thread. What interrupts the caller ends the scripts
        that run.
        """
        with ThreadPoolExecutor(jobs) as pool:
            pending = [pool.submit(self.compare, script) for script in scripts]
            try:
                for future in as_completed(pending):
                    if on_done is not None:
                        on_done(future.result())
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                end_all()
                raise
        return [future.result() for future in pending]
