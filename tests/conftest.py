"""Fixtures for all tests."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.support.tclsh import TCLSH, TCLSMTP_RUN, Shell


@pytest.fixture(params=[TCLSH, TCLSMTP_RUN], ids=["tclsh", "tclsmtp"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Shell:
    """A test that takes this says what tclsh does, and holds tclsmtp to it."""
    return Shell(request.param, tmp_path)


@pytest.fixture
def both(tmp_path: Path) -> tuple[Shell, Shell]:
    """tclsh and tclsmtp, for outcomes that are only to be the same."""
    return Shell(TCLSH, tmp_path), Shell(TCLSMTP_RUN, tmp_path)


@pytest.fixture
def tclsmtp(tmp_path: Path) -> Shell:
    return Shell(TCLSMTP_RUN, tmp_path)


def pytest_configure() -> None:
    """What a shell starts in the background, or nohup at all, is deaf to signals that tests are about."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for deaf in (signal.SIGHUP, signal.SIGQUIT):
        signal.signal(deaf, signal.SIG_DFL)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how large the table of faults is, and how it went, where it was run."""
    results = {
        outcome: sum("test_faults.py::" in report.nodeid for report in terminalreporter.getreports(outcome))
        for outcome in ("passed", "failed", "error")
    }
    if any(results.values()):
        from tests.smtp.fault_table import describe

        told = ", ".join(f"{count} {outcome}" for outcome, count in results.items() if count)
        terminalreporter.write_line(f"fault table: {describe()}, sent from Python and from Tcl: {told}")
