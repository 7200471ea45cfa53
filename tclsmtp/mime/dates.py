"""Dates of mail headers (RFC 822, 5)."""

from __future__ import annotations

import time

from tclsmtp.errors import MimeError, OptionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONG_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_ZONES = {"UT": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
"""The zones with a name of RFC 822, 5.1, and their hours east of Greenwich."""
_EPOCH = 719163
"""Days from the beginning of the year 1 to that of 1970."""


def format_date(seconds: float | None = None) -> str:
    """A point in time, by default now, in the local time zone: `Tue, 24 Nov 2026 15:39:21 +0000`.

    `seconds` counts from 1970. The names are English in every locale.
    """
    at = time.localtime(seconds)
    sign, offset = ("-", -at.tm_gmtoff) if at.tm_gmtoff < 0 else ("+", at.tm_gmtoff)
    hours, minutes = divmod(offset // 60, 60)
    return (
        f"{DAYS[at.tm_wday]}, {at.tm_mday:02} {MONTHS[at.tm_mon - 1]} {at.tm_year} "
        f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02} {sign}{hours:02}{minutes:02}"
    )


def parse_date(text: str) -> int | None:
    """The point in time that a date of RFC 822 tells, in seconds from 1970; None for any other text.

    That is a day, a month by its English name, a year of four digits, a time, and a zone; a day of the week before it
    is not compared with the date.
    """
    weekday, comma, date = text.partition(",")
    words = date.split() if comma else text.split()
    if not comma and len(words) == 6:
        weekday = words.pop(0)
    if (comma or weekday != text) and weekday.strip().title() not in (*DAYS, *_LONG_DAYS):
        return None
    if len(words) != 5:
        return None
    day, month, year, clock, zone = words
    days = _days(day, month.title(), year)
    seconds = _seconds(clock)
    minutes = _minutes_east(zone.upper())
    if days is None or seconds is None or minutes is None:
        return None
    return days * 86400 + seconds - minutes * 60


def _days(day: str, month: str, year: str) -> int | None:
    """Days from 1970. Years before 1800 are left alone: Tcl counts those up to 1752 in the Julian calendar."""
    names = MONTHS if month in MONTHS else _LONG_MONTHS
    if month not in names or not _are_digits(day, year) or len(day) > 2 or len(year) != 4 or year < "1800":
        return None
    number = names.index(month) + 1
    last = _length(number, int(year))
    if not 1 <= int(day) <= last:
        return None
    before = int(year) - 1
    days = before * 365 + before // 4 - before // 100 + before // 400 - _EPOCH + 1
    return days + sum([_length(earlier, int(year)) for earlier in range(1, number)]) + int(day) - 1


def _length(month: int, year: int) -> int:
    """Days of a month of the Gregorian calendar."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _seconds(clock: str) -> int | None:
    parts = clock.split(":")
    if len(parts) not in (2, 3) or not _are_digits(*parts) or max(map(len, parts)) > 2:
        return None
    hour, minute, second = map(int, [*parts, "0"][:3])
    return hour * 3600 + minute * 60 + second if hour < 24 and minute < 60 and second < 60 else None


def _minutes_east(zone: str) -> int | None:
    if zone in _ZONES:
        return _ZONES[zone] * 60
    if len(zone) == 5 and zone[0] in "+-" and _are_digits(zone[1:]):
        minutes = int(zone[1:3]) * 60 + int(zone[3:])
        return -minutes if zone[0] == "-" else minutes
    return None


def _are_digits(*words: str) -> bool:
    return all(word.isascii() and word.isdigit() for word in words)


def split_zone(text: str) -> tuple[str, int] | None:
    """A date without the four digits of a zone at its end, and that zone in minutes east of Greenwich; None without."""
    minutes = _minutes_east(text[-5:]) if text[-6:-4] in (" +", " -") else None
    return None if minutes is None else (text[:-6], minutes)


def zone_of(text: str) -> int:
    """Minutes east of Greenwich of the zone at the end of a date, 0 for a date of one word (deviation names).

    Raises MimeError, in tcllib's words, where no zone of RFC 822 stands there.
    """
    words = text.upper().split()
    if len(words) < 2:
        return 0
    zone = words[-1]
    minutes = _minutes_east(zone)
    if minutes is not None:
        return minutes
    if zone[0] in "+-":
        raise MimeError(f"malformed timezone-specification: {zone[1:]}")
    raise MimeError(f"unrecognized timezone-mnemonic: {zone}")


_PROPERTIES: dict[str, Callable[[time.struct_time], str | int]] = {
    "hour": lambda at: at.tm_hour,
    "lmonth": lambda at: _LONG_MONTHS[at.tm_mon - 1],
    "lweekday": lambda at: _LONG_DAYS[at.tm_wday],
    "mday": lambda at: at.tm_mday,
    "min": lambda at: at.tm_min,
    "mon": lambda at: at.tm_mon,
    "month": lambda at: MONTHS[at.tm_mon - 1],
    "sec": lambda at: at.tm_sec,
    "wday": lambda at: (at.tm_wday + 1) % 7,
    "weekday": lambda at: DAYS[at.tm_wday],
    "yday": lambda at: at.tm_yday,
    "year": lambda at: at.tm_year,
}


def _proper(seconds: int) -> str:
    """The date as a message has it.

    What is read as a year of six digits, such as seconds since 1970, is none; tcllib's words for that are Tcl's.
    """
    at = time.localtime(seconds)
    if at.tm_year > _LAST_YEAR:
        told = f"{at.tm_year}-{time.strftime('%m-%d %H:%M:%S', at)}"
        raise MimeError(f'unable to convert date-time string "{told}": more than one time zone in string')
    return format_date(seconds)


_LAST_YEAR = 99_999


def date_property(seconds: int, name: str, text: str) -> str | int:
    """A property of a point in time, as `mime::parsedatetime` names them (calls of kind date).

    `seconds` counts from 1970, and the answer is in the local time zone; `text` is where `seconds` was read from, for
    the property `zone`. Raises OptionError for an unknown property, and MimeError for a time that no calendar has or
    for an unknown zone.
    """
    if name == "clock":
        return seconds
    if name == "rclock":
        return int(time.time()) - seconds
    if name == "zone":
        return zone_of(text)
    if name != "proper" and name not in _PROPERTIES:
        raise OptionError(f"unknown property {name}")
    try:
        if name == "proper":
            return _proper(seconds)
        return _PROPERTIES[name](time.localtime(seconds))
    except MimeError:
        raise
    except (OverflowError, ValueError, OSError) as error:
        raise MimeError(f"{text}: {error}") from None
