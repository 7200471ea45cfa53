"""Fixtures for all tests."""

from __future__ import annotations

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
