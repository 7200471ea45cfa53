"""A pytest plugin: `pytest --tcl-compare PATH` makes a test of every .tcl, which fails where the sides differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tclsmtp.migrate.comparing import Comparer
    from tclsmtp.migrate.script import Script

MARKER = "tcl_compare"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin, those of `tclsmtp compare` under names of their own."""
    group = parser.getgroup("tclsmtp", "Tcl scripts under tcllib and under tclsmtp")
    group.addoption(
        "--tcl-compare",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help="compare this script, or the scripts of this folder, under both; may be repeated",
    )
    group.addoption("--tcl-reference", default="tclsh", metavar="CMD", help="what runs a script with tcllib")
    group.addoption("--tcl-recorded", type=Path, metavar="DIR", help="what `tclsmtp record` kept, in place of tcllib")
    group.addoption("--tcl-accept", type=Path, metavar="FILE", help="a TOML file that explains more differences")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and look at the scripts as if they were named on the command line."""
    config.addinivalue_line("markers", f"{MARKER}: a Tcl script that is compared under tcllib and under tclsmtp")
    paths = [str(path) for path in config.getoption("--tcl-compare")]
    if paths:
        named = config.args if config.args_source is pytest.Config.ArgsSource.ARGS else []
        config.args[:] = [*named, *(path for path in paths if path not in named)]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A script below one of the paths is a test."""
    if file_path.suffix != ".tcl" or _root_of(file_path, parent.config) is None:
        return None
    collector: pytest.Collector = ScriptFile.from_parent(parent, path=file_path)
    return collector


def _root_of(path: Path, config: pytest.Config) -> Path | None:
    roots: list[Path] = [root.resolve() for root in config.getoption("--tcl-compare")]
    return next((root for root in roots if path == root or root in path.parents), None)


class ScriptFile(pytest.File):
    """A script file: one test, or none where it is a part of another script."""

    def collect(self) -> Iterator[pytest.Item]:
        """The test of this script."""
        from tclsmtp.migrate.script import Script, script_below

        root = _root_of(self.path, self.config)
        assert root is not None
        script = Script(self.path, self.path.name) if root == self.path else script_below(root, self.path)
        if script is not None:
            yield ScriptItem.from_parent(self, name=script.name, script=script)


class DifferenceFound(Exception):
    """The sides differ, or a side could not run; the message says how."""


class ScriptItem(pytest.Item):
    """The comparison of one script."""

    def __init__(self, *, name: str, parent: ScriptFile, script: Script) -> None:
        super().__init__(name, parent)
        self.script = script
        self.add_marker(MARKER)

    def runtest(self) -> None:
        """Compare. Raises DifferenceFound."""
        from tclsmtp.migrate.wording import explain

        comparison = _comparer(self.config).compare(self.script)
        for name, run in (("tcllib", comparison.reference), ("tclsmtp", comparison.tclsmtp)):
            if run is not None:
                self.user_properties.append((f"{name}_seconds", round(run.seconds, 3)))
        if comparison.outcome in ("different", "failed"):
            raise DifferenceFound(explain(comparison))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The difference, without a traceback."""
        if isinstance(excinfo.value, DifferenceFound):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the test is."""
        return self.path, None, self.script.name


_KEY = pytest.StashKey["Comparer"]()


def _comparer(config: pytest.Config) -> Comparer:
    """The two sides, asked once in each process. Raises UsageError where the reference cannot be had."""
    if _KEY not in config.stash:
        config.stash[_KEY] = _make_comparer(config)
    return config.stash[_KEY]


def _make_comparer(config: pytest.Config) -> Comparer:
    import shlex

    from tclsmtp.migrate.comparing import Comparer
    from tclsmtp.migrate.explain import Explanations
    from tclsmtp.migrate.recordings import Recordings
    from tclsmtp.migrate.reference import probe
    from tclsmtp.migrate.run import our_side

    explanations = Explanations.load(accept=config.getoption("--tcl-accept"))
    recorded = config.getoption("--tcl-recorded")
    if recorded is not None:
        recordings = Recordings.open(recorded)
        return Comparer(recordings, our_side(recordings.reference.dialect), explanations)
    reference = probe(tuple(shlex.split(config.getoption("--tcl-reference"))))
    return Comparer(reference.side, our_side(reference.dialect), explanations)
