"""Dates as mail headers have them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tclsmtp.mime.dates import format_date


@pytest.fixture
def zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set the time zone, as a script that sets env(TZ) does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "date"),
    [
        ("UTC", "Tue, 24 Nov 2026 15:54:57 +0000"),
        ("Europe/Berlin", "Tue, 24 Nov 2026 16:54:57 +0100"),
        ("America/New_York", "Tue, 24 Nov 2026 10:54:57 -0500"),
        ("Asia/Kolkata", "Tue, 24 Nov 2026 21:24:57 +0530"),
        ("America/St_Johns", "Tue, 24 Nov 2026 12:24:57 -0330"),
        ("Pacific/Chatham", "Wed, 25 Nov 2026 05:39:57 +1345"),
    ],
    indirect=["zone"],
)
@pytest.mark.usefixtures("zone")
def test_date_is_in_the_zone_of_the_script(date: str) -> None:
    assert format_date(1795535697) == date


@pytest.mark.parametrize("zone", ["UTC"], indirect=True)
@pytest.mark.usefixtures("zone")
def test_day_and_time_have_two_digits() -> None:
    assert format_date(0) == "Thu, 01 Jan 1970 00:00:00 +0000"


def test_date_is_now_unless_told() -> None:
    before = time.time()
    now = format_date()
    assert now in (format_date(before), format_date(time.time()))
