"""Dates as mail headers have them."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.errors import MimeError, OptionError
from tclsmtp.mime.dates import date_property, format_date, parse_date, split_zone, zone_of


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


class TestParse:
    @pytest.mark.parametrize(
        ("text", "seconds"),
        [
            ("Thu, 1 Jan 1970 00:00:00 +0000", 0),
            ("Tue, 24 Nov 2026 16:54:57 +0100", 1795535697),
            ("24 November 2026 15:54:57 GMT", 1795535697),
            ("24 nov 2026 15:54:57 ut", 1795535697),
            ("Tuesday 24 Nov 2026  10:54:57\tEST", 1795535697),
            ("Fri ,24 Nov 2026 08:54:57 PDT", 1795535697),
            ("29 Feb 2024 9:5 -0000", 1709197500),
            ("01 Jan 1800 00:00:00 +9959", -5364662400 - 359940),
        ],
    )
    def test_date_of_a_header(self, text: str, seconds: int) -> None:
        assert parse_date(text) == seconds

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "now",
            "12/25/1999",
            "1 Jan 2015",
            "1 Jan 2015 10:00",
            "1 Jan 15 10:00 +0000",
            "1 Jan 1799 10:00 +0000",
            "0 Jan 2015 10:00 +0000",
            "29 Feb 2015 10:00 +0000",
            "31 Apr 2015 10:00 +0000",
            "1 Foo 2015 10:00 +0000",
            "1 Jan 2015 24:00 +0000",
            "1 Jan 2015 10:60 +0000",
            "1 Jan 2015 10:00:60 +0000",
            "1 Jan 2015 10 +0000",
            "1 Jan 2015 10:00 +000",
            "1 Jan 2015 10:00 +00:00",
            "1 Jan 2015 10:00 CET",
            "Foo, 1 Jan 2015 10:00 +0000",
            "Mon,, 1 Jan 2015 10:00 +0000",
            "Mon, Tue, 1 Jan 2015 10:00 +0000",
            ", 1 Jan 2015 10:00 +0000",
            "1 Jan 2015, 10:00 +0000",
            "\u0661 Jan 2015 10:00 +0000",
        ],
    )
    def test_other_dates_are_left_to_others(self, text: str) -> None:
        assert parse_date(text) is None

    @given(st.integers(-5364000000, 10**11))
    def test_reads_what_is_written(self, seconds: int) -> None:
        assert parse_date(format_date(seconds)) == seconds


class TestZone:
    @pytest.mark.parametrize(
        ("text", "minutes"),
        [("x +0200", 120), ("x -0330", -210), ("x est", -300), ("x  Z PDT ", -420), ("x\tGMT", 0), ("now", 0), ("", 0)],
    )
    def test_minutes_east_of_greenwich(self, text: str, minutes: int) -> None:
        assert zone_of(text) == minutes

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("1 Jan 2015", "unrecognized timezone-mnemonic: 2015"),
            ("10:00 utc", "unrecognized timezone-mnemonic: UTC"),
            ("10:00 +200", "malformed timezone-specification: 200"),
            ("10:00 +02ab", "malformed timezone-specification: 02AB"),
        ],
    )
    def test_any_other_is_an_error(self, text: str, message: str) -> None:
        with pytest.raises(MimeError) as caught:
            zone_of(text)
        assert caught.value.message == message

    @pytest.mark.parametrize(
        ("text", "split"),
        [
            ("now +0130", ("now", 90)),
            ("a  -0001", ("a ", -1)),
            ("now", None),
            ("now+0130", None),
            ("+0130", None),
            ("now GMT", None),
        ],
    )
    def test_digits_at_the_end_are_split_off(self, text: str, split: tuple[str, int] | None) -> None:
        assert split_zone(text) == split


@pytest.mark.parametrize("zone", ["America/St_Johns"], indirect=True)
@pytest.mark.usefixtures("zone")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("clock", 1795535697),
        ("hour", 12),
        ("lmonth", "November"),
        ("lweekday", "Tuesday"),
        ("mday", 24),
        ("min", 24),
        ("mon", 11),
        ("month", "Nov"),
        ("proper", "Tue, 24 Nov 2026 12:24:57 -0330"),
        ("sec", 57),
        ("wday", 2),
        ("weekday", "Tue"),
        ("yday", 328),
        ("year", 2026),
        ("zone", -300),
    ],
)
def test_property_of_a_date(name: str, value: str | int) -> None:
    assert date_property(1795535697, name, "24 Nov 2026 10:54:57 EST") == value


def test_age_of_a_date() -> None:
    assert 0 <= int(date_property(int(time.time()) - 100, "rclock", "")) - 100 <= 5


def test_sunday_is_the_first_day() -> None:
    assert date_property(parse_date("8 Jan 2023 12:00:00 +0000") or 0, "wday", "") == 0


def test_unknown_property_is_an_error() -> None:
    with pytest.raises(OptionError, match="unknown property tzone"):
        date_property(0, "tzone", "")


def test_time_beyond_all_calendars_is_an_error() -> None:
    with pytest.raises(MimeError):
        date_property(10**20, "year", "never")


@pytest.mark.parametrize("zone", ["UTC"], indirect=True)
def test_a_year_of_six_digits_is_no_date(zone: None) -> None:
    """Such as what seconds since 1970 are taken for. tcllib cannot tell it back (observed), but parts of it."""
    with pytest.raises(MimeError) as caught:
        date_property(3_308_301_878_400, "proper", "1068033600")
    assert caught.value.message == (
        'unable to convert date-time string "106805-11-30 00:00:00": more than one time zone in string'
    )
    assert date_property(3_308_301_878_400, "year", "") == 106_805
    assert date_property(3_060_000_000_000, "proper", "") == "Tue, 16 Jul 98937 16:00:00 +0000"
