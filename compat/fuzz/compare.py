"""The comparison: calls that Hypothesis draws, answered by both sides, and the smallest that they answer otherwise."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from hypothesis import HealthCheck, Phase, given, seed, settings

from compat.fuzz.commands import BOTH, Subject
from compat.fuzz.explanations import explain
from compat.fuzz.sides import Answer, Tcllib, Tclsmtp


@dataclass(frozen=True)
class Difference:
    """A call that nothing explains, with both answers."""

    call: str
    dialect: str
    theirs: Answer
    ours: Answer


class DifferenceFound(Exception):
    """Tells Hypothesis of a difference; it then looks for a smaller one."""

    def __init__(self, difference: Difference) -> None:
        super().__init__(difference)
        self.difference = difference


@dataclass
class Tally:
    """What was done: calls answered by tcllib, seconds, and how often each explanation was needed."""

    calls: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    explained: Counter[str] = field(default_factory=Counter)


class Comparison:
    """Both sides, ready to be asked; a context manager that ends them."""

    def __init__(self) -> None:
        self.tally = Tally()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._tcllib = self._open.enter_context(Tcllib())
        self._tclsmtp = {dialect: self._open.enter_context(Tclsmtp(dialect)) for dialect in BOTH}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def fuzz(self, subject: Subject, examples: int, number: int) -> Difference | None:
        """Compare on that many examples, each of one call or a few; `number` is the seed.

        The smallest call that nothing explains, or None. Equal arguments draw equal calls.
        """
        start = time.monotonic()

        @seed(number)
        @settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(subject.calls)
        def check(calls: list[str]) -> None:
            if difference := self.difference(subject, calls):
                raise DifferenceFound(difference)

        try:
            check()
        except DifferenceFound as found:
            return found.difference
        finally:
            self.tally.seconds[subject.name] += time.monotonic() - start
        return None

    def difference(self, subject: Subject, calls: list[str]) -> Difference | None:
        """The first of these calls whose answers differ and that nothing explains."""
        self._tcllib.ask(calls)
        ours = [(dialect, [self._tclsmtp[dialect].answer(call) for call in calls]) for dialect in subject.dialects]
        theirs = self._tcllib.answers()
        self.tally.calls[subject.name] += len(calls)
        for dialect, answers in ours:
            for call, expected, got in zip(calls, theirs, answers, strict=True):
                reasons = explain(call, expected, got)
                if reasons is None:
                    return Difference(call, dialect, expected, got)
                self.tally.explained.update(str(reason) for reason in reasons)
        return None
