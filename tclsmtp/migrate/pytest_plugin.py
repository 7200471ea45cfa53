"""A plugin of pytest: with `--tcl-compare PATH`, each Tcl script there is a test, run under tcllib and under tclsmtp.

What differs is the failure's message; what could not be compared is an error; differences with an explanation pass and
stand in the report's sections (`-rP` shows them). The tests have the marker `tcl_compare`, and those of `marks` in
NAME.compare.toml; where that says `skip`, they are skipped. pytest-xdist spreads them. Without the option nothing is
done, and nothing but pytest imported.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tclsmtp.migrate.comparing import Comparer
    from tclsmtp.migrate.model import Comparison, Difference
    from tclsmtp.migrate.report.marks import Work
    from tclsmtp.migrate.script import Script

MARKER = "tcl_compare"

_Counted = tuple[int, frozenset[str]]
"""How many scripts were compared, and which of the user's explanations nothing came up for meanwhile."""

_SCRIPTS = pytest.StashKey[tuple["Script", ...]]()
_COMPARER = pytest.StashKey["Comparer"]()
_COMPARED = pytest.StashKey[int]()
_WORKERS = pytest.StashKey[list[_Counted]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Describe the options, and the settings that stand for them in a configuration file."""
    group = parser.getgroup("tclsmtp", "Tcl scripts under tcllib and under tclsmtp")
    group.addoption(
        "--tcl-compare",
        action="append",
        default=[],
        metavar="PATH",
        help="compare a script, or each *.tcl below a folder; may be repeated",
    )
    group.addoption("--tcl-reference", metavar="CMD", help="the tclsh that has tcllib (default: tclsh)")
    group.addoption(
        "--tcl-accept",
        action="append",
        default=[],
        metavar="FILE",
        help="differences that are all right, and why; may be repeated",
    )
    group.addoption(
        "--tcl-recorded", metavar="DIR", help="take the reference's runs from here, as `tclsmtp record` saved them"
    )
    parser.addini("tcl_reference", "what --tcl-reference is where it is not given", default="tclsh")
    parser.addini("tcl_accept", "files besides those of --tcl-accept", type="paths", default=[])
    parser.addini("tcl_recorded", "what --tcl-recorded is where it is not given", type="paths", default=[])


def pytest_configure(config: pytest.Config) -> None:
    """Find the scripts. Raises pytest.UsageError where there are none."""
    config.addinivalue_line("markers", f"{MARKER}: a Tcl script that is run under tcllib and under tclsmtp")
    if config.getoption("tcl_compare"):
        config.stash[_SCRIPTS] = scripts = _find(config.getoption("tcl_compare"))
        known = {re.split(r"[:(]", line)[0].strip() for line in config.getini("markers")}
        for mark in sorted({mark for script in scripts for mark in script.setup.marks} - known):
            config.addinivalue_line("markers", f"{mark}: a Tcl script whose settings name it")
        config.stash[_COMPARED] = 0
        config.stash[_WORKERS] = []


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say what is done."""
    scripts = config.stash.get(_SCRIPTS, ())
    if not scripts:
        return None
    return f"tcl-compare: {len(scripts)} script{'' if len(scripts) == 1 else 's'}, each under tcllib and under tclsmtp"


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Put the scripts beside what else is collected: they may be outside of the folders that pytest looks into."""
    report = yield
    if isinstance(collector, pytest.Session):
        for script in collector.config.stash.get(_SCRIPTS, ()):
            report.result.append(
                TclScript.from_parent(collector, path=script.folder / script.path, script=script),
            )
    return report


class TclScript(pytest.File):
    """A script, whose one test is the comparison."""

    def __init__(self, *, script: Script, **more: Any) -> None:
        super().__init__(**more)
        self.script = script

    def collect(self) -> Iterator[TclComparison]:
        """The test."""
        test = TclComparison.from_parent(self, name="compare", script=self.script)
        for mark in (MARKER, *self.script.setup.marks):
            test.add_marker(mark)
        if self.script.setup.skip:
            test.add_marker(pytest.mark.skip(reason=_shown(self.script.setup.skip)))
        yield test


class TclComparison(pytest.Item):
    """Compares a script; what could not be compared fails as it is set up, which pytest counts as an error."""

    def __init__(self, *, script: Script, **more: Any) -> None:
        super().__init__(**more)
        self.script = script
        self.comparison: Comparison | None = None

    def setup(self) -> None:
        """Run both sides, and fail where they cannot be compared."""
        from tclsmtp.errors import MigrateError
        from tclsmtp.migrate.machine_output import failure

        why = ""
        try:
            self.comparison = _comparer(self.config).compare(self.script)
        except MigrateError as error:
            why = str(error)
        else:
            self.config.stash[_COMPARED] += 1
            why = failure(self.comparison)
        if why:
            pytest.fail(f"could not be compared: {_shown(why)}", pytrace=False)

    def runtest(self) -> None:
        """Fail where something differs without an explanation."""
        assert self.comparison
        explained = [found for found in self.comparison.differences if found.explanation]
        unexplained = [found for found in self.comparison.differences if not found.explanation]
        if explained:
            self.add_report_section("call", "differences with an explanation", _told(self.comparison, explained))
        if unexplained:
            ids = ", ".join(dict.fromkeys(found.id for found in unexplained))
            pytest.fail(f"differs: {_shown(ids)}\n{_told(self.comparison, unexplained)}", pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the script is, and what it is called in pytest's headings."""
        return self.path, 0, _shown(self.script.name)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist tells what it did."""
    config = session.config
    if hasattr(config, "workeroutput") and _SCRIPTS in config.stash:
        compared, stale = _counted(config)
        config.workeroutput["tcl_compare"] = (compared, sorted(stale))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """pytest-xdist's end of a worker, whether it ended well or not."""
    if _WORKERS in node.config.stash:
        compared, stale = getattr(node, "workeroutput", {}).get("tcl_compare", (0, ()))
        node.config.stash[_WORKERS].append((compared, frozenset(stale)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Name the explanations that nothing came up for; unless scripts were left out, which may have been theirs."""
    if _SCRIPTS not in config.stash:
        return
    counted = config.stash[_WORKERS] or [_counted(config)]
    # A worker that compared nothing has read no explanations either.
    stale = [names for compared, names in counted if compared]
    to_compare = [script for script in config.stash[_SCRIPTS] if not script.setup.skip]
    if stale and sum(compared for compared, _ in counted) == len(to_compare):
        for name in sorted(frozenset.intersection(*stale)):
            terminalreporter.write_line(f"tcl-compare: nothing came up for {_shown(name)}", yellow=True)


def _find(paths: list[str]) -> tuple[Script, ...]:
    from tclsmtp.errors import MigrateError
    from tclsmtp.migrate.script import Setup, find_scripts

    try:
        found = find_scripts([Path(path) for path in paths], Setup())
    except MigrateError as error:
        raise pytest.UsageError(f"--tcl-compare: {error}") from error
    # Tests may go to another folder; and paths may name a script twice.
    unique: dict[Path, Script] = {}
    for script in found:
        absolute = replace(script, folder=script.folder.resolve())
        unique.setdefault(absolute.folder / absolute.path, absolute)
    return tuple(unique.values())


def _comparer(config: pytest.Config) -> Comparer:
    if _COMPARER not in config.stash:
        from tclsmtp.migrate.comparing import Comparer, Settings

        recorded = (
            [config.getoption("tcl_recorded")] if config.getoption("tcl_recorded") else config.getini("tcl_recorded")
        )
        config.stash[_COMPARER] = Comparer(
            Settings(
                reference=config.getoption("tcl_reference") or config.getini("tcl_reference"),
                recorded=Path(recorded[0]) if recorded else None,
                accept=(*map(Path, config.getoption("tcl_accept")), *config.getini("tcl_accept")),
            )
        )
    return config.stash[_COMPARER]


def _counted(config: pytest.Config) -> _Counted:
    stale = config.stash[_COMPARER].stale() if _COMPARER in config.stash else ()
    return config.stash[_COMPARED], frozenset(stale)


def _told(comparison: Comparison, differences: list[Difference]) -> str:
    from tclsmtp.migrate.report.marks import Work

    work = Work()
    sides = ((comparison.reference, "-"), (comparison.ours, "+"))
    legend = "\n".join(f"  {sign} {_shown(run.shell)}" for run, sign in sides if run)
    return "\n\n".join([legend, *("\n".join(_lines(difference, work)) for difference in differences)])


def _lines(difference: Difference, work: Work) -> Iterator[str]:
    from tclsmtp.migrate.report.marks import compare

    where = "" if difference.message < 0 else f" of message {difference.message + 1}"
    why = difference.explanation
    yield f"{_shown(difference.id)}{where}" + (
        f", explained by {_shown(f'{why.id} ({why.source}): {why.text}')}" if why else ""
    )
    made = compare(difference.reference, difference.ours, work)
    for row in made.rows:
        if row.left_out:
            yield f"    ... {row.left_out} equal lines"
        elif row.equal is not None:
            yield from (f"    {_shown(line)}" for line in row.equal.split("\n"))
        for sign, pieces in (("-", row.reference), ("+", row.ours)):
            if pieces is not None:
                yield f"  {sign} {_shown(''.join(piece.text for piece in pieces))}".rstrip()
    yield from (f"    ({note})" for note in made.notes)


def _shown(text: str) -> str:
    from tclsmtp.migrate.terminal import escape

    return escape(text, 1000)
