"""Dates of mail headers (RFC 822, 5)."""

from __future__ import annotations

import time

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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
