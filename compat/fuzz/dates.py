"""Dates as headers and people write them.

Left out: `-now`, `rclock` and texts with no year in them, whose answers depend on the moment; and years long
past, for which tcllib writes zones of many hours, and Tcl counts days in another calendar.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from compat.fuzz.texts import command

PROPERTIES = "clock hour lmonth lweekday mday min mon month proper sec wday weekday yday year zone".split()
_UNKNOWN = ["bogus", "tzone", "", "Hour", "gmt"]
_WEEKDAYS = ["", "", "Mon, ", "Tue, ", "Sun ", "sunday, ", "Xyz, "]
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_ZONES = [
    "",
    "GMT",
    "UT",
    "+0000",
    "-0000",
    "+0100",
    "+0200",
    "-0500",
    "+1300",
    "-1200",
    "EST",
    "CET",
    "PDT",
    "Z",
    "+5",
]


def _join(*parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


_YEAR = st.integers(1900, 2099).map(str) | st.sampled_from(["70", "69", "99", "00", "38", "1899", "9999", "19"])
_DAY = st.integers(1, 31).map(str) | st.sampled_from(["0", "01", "08", "32"])
_TWO = st.integers(0, 59).map("{:02d}".format)
_TIME = _join(st.integers(0, 23).map("{:02d}".format), st.just(":"), _TWO, st.just(":"), _TWO)
_CLOCK = _TIME | _TIME.map(lambda text: text[:5]) | st.sampled_from(["24:00:00", "7:5", "12:60:00", "3pm", "noon"])
_ZONE = st.sampled_from(_ZONES)
_MONTH = st.sampled_from(_MONTHS) | st.sampled_from(["January", "sept", "Foo", "MAY"])
_BLANK = st.sampled_from([" ", " ", " ", "  ", "\t", "-"])
_RFC = _join(st.sampled_from(_WEEKDAYS), _DAY, _BLANK, _MONTH, _BLANK, _YEAR, st.just(" "), _CLOCK, st.just(" "), _ZONE)
_ISO = _join(_YEAR, st.just("-"), _TWO, st.just("-"), _TWO, st.sampled_from([" ", "T", ""]), _TIME)
_OTHER = _join(_TWO, st.just("/"), _DAY, st.just("/"), _YEAR) | _join(_MONTH, st.just(" "), _DAY, st.just(", "), _YEAR)
_CTIME = _join(st.sampled_from(["Tue ", "Sat "]), _MONTH, st.just(" "), _DAY, st.just(" "), _TIME, st.just(" "), _YEAR)
_GARBAGE = st.sampled_from(["garbage", "(", "[clock]", "1 Jan 2000 (comment)", "Mon, 1 Jan 2000 1:2:3 +0100 (CET)"])

DATES = _RFC | _ISO | _OTHER | _CTIME | _GARBAGE
PARSEDATETIME = st.tuples(DATES, st.sampled_from([*PROPERTIES, *_UNKNOWN]), st.booleans()).map(
    lambda drawn: [command("mime::parsedatetime", drawn[0], name) for name in (PROPERTIES if drawn[2] else [drawn[1]])]
)
