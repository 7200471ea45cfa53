"""Text of a run, with what no two runs have in common put into words that are the same in each.

The words that stand in: `N.N.N@HOST` for an id that mime made, `=_BOUNDARY`, `sockN`, `PORT`, `/SCRATCH`, `HOST`,
`USER@HOST`, and `DATE`, `TIME`, `NOW` for the moments of the run itself. A moment outside of the run is left as it is:
the script was to say that one. Each word begins and ends as what it stands for does, so that a second pass finds
nothing more.
"""

from __future__ import annotations

import re
import time
from calendar import timegm
from collections.abc import Callable
from dataclasses import dataclass

SLACK = 2.0
"""Seconds by which clocks and their rounding may be apart."""

DAY = 24 * 60 * 60
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_MONTH = "(" + "|".join(MONTHS) + ")"
_DAY_NAME = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_CLOCK = r"([0-9]{2}):([0-9]{2}):([0-9]{2})"
_ZONE = r"([+-])([0-9]{2})([0-9]{2})"

_ID = re.compile(r"<([0-9]+)\.(?:[0-9]+|NOW)\.([0-9]+)@[\w.-]+>")
_BARE_ID = re.compile(r"(?<![\w.@<+/-])([0-9]+)\.([0-9]{10}|NOW)\.([0-9]+)@\w[\w-]*(?:\.\w[\w-]*)*")
_BOUNDARY = re.compile(r"=_[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/=])")
_SOCKET = re.compile(r"\bsock(?:[0-9a-f]+)\b")
_LOOPBACK_PORT = re.compile(r"(?<![\w.])(127\.0\.0\.1|localhost|\[::1\])([: ])[0-9]{4,5}\b(?![.:][0-9])")
_TIMED = re.compile(r"(?<![\w.])[0-9]+(?:\.[0-9]+)?(?= microseconds per iteration\b)")
_RFC822 = re.compile(
    rf"\b(?:{_DAY_NAME}, )?([0-9]{{1,2}}) {_MONTH} ([0-9]{{4}}) {_CLOCK} ([+-])([0-9]{{2}})([0-9]{{2}})\b"
)
_CTIME = re.compile(rf"\b{_DAY_NAME} {_MONTH} +([0-9]{{1,2}}) {_CLOCK} ([A-Z]{{1,5}}) ([0-9]{{4}})\b")
_ISO = re.compile(rf"\b([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})([ T]){_CLOCK}(Z?)\b")
_DAY_OR_YEAR = "".join(rf"(?<!(?<![\w:.])[0-9]{{{digits}}} )" for digits in (1, 2, 4))
_TIME_OF_DAY = re.compile(rf"(?<![\w:.]){_DAY_OR_YEAR}{_CLOCK}(?![\w:])")
"""One behind a day or a year is part of a moment, which was looked at before; one behind another time is not."""
_EPOCH = re.compile(r"(?<![\w.-])[0-9]{10}(?:[0-9]{3}|[0-9]{6})?(?![\w.])")
_LIBRARY_FRAME = re.compile(r' {4}\(procedure "(?:::)?(?:smtp|mime)::[^"]*" line [0-9]+\)')


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where and when a side ran.

    `begun` is in seconds since the epoch, `seconds` how long it took; `ports` are those of the capture server,
    `folders` the scratch folders, `hosts` the names of the machine, `users` those of who ran it. Where `begun` is 0, no
    moment is one of the run.
    """

    begun: float = 0.0
    seconds: float = 0.0
    ports: tuple[int, ...] = ()
    folders: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    def is_now(self, moment: float) -> bool:
        """Whether a moment, in seconds since the epoch, is one of the run."""
        return self.begun > 0 and self.begun - SLACK <= moment <= self.begun + self.seconds + SLACK

    def is_now_of_day(self, seconds: int) -> bool:
        """Whether that many seconds after midnight, here or in Greenwich, are a moment of the run."""
        if self.begun <= 0:
            return False
        offsets = (0, time.localtime(self.begun).tm_gmtoff)
        return any((seconds - offset - self.begun + SLACK) % DAY <= self.seconds + 2 * SLACK for offset in offsets)

    def is_now_in_some_zone(self, seconds: float) -> bool:
        """Whether that date, taken for one in Greenwich or for one here, is a moment of the run."""
        return self.is_now(seconds) or self.is_now(seconds - time.localtime(self.begun).tm_gmtoff)


class Names:
    """Ids and boundaries, each as the one word for all of them."""

    def id(self, process: str, number: str) -> str:
        """For the id with that number of those of a process."""
        return "N.N.N@HOST"

    def boundary(self, text: str) -> str:
        """For a boundary."""
        return "=_BOUNDARY"


class Numbered(Names):
    """Ids and boundaries by number, in the order in which they come up: those that differ still do."""

    def __init__(self) -> None:
        self._processes: dict[str, int] = {}
        self._boundaries: dict[str, int] = {}

    def id(self, process: str, number: str) -> str:
        """For the id with that number of those of a process."""
        return f"{self._processes.setdefault(process, len(self._processes) + 1)}.NOW.{number}@HOST"

    def boundary(self, text: str) -> str:
        """For a boundary; it is as long as those of tcllib."""
        return f"=_{self._boundaries.setdefault(text, len(self._boundaries) + 1):044}"


def normal_text(text: str, around: Surroundings, names: Names | None = None) -> str:
    """`text` with the words that stand in; what was normal already stays so, whatever names it was given."""
    for pattern, change in _changes(around, names or Names()):
        text = pattern.sub(change, text)
    return text


def without_library_frames(text: str) -> str:
    """`text` with the traces of errors in it beginning at the script's own call of smtp or mime.

    What these did inside is no difference, where the error is the same.
    """
    kept: list[str] = []
    start = -1
    lines = iter(text.split("\n"))
    for line in lines:
        kept.append(line)
        if line == "    while executing":
            start = len(kept)
        elif start >= 0 and _LIBRARY_FRAME.fullmatch(line):
            following = next(lines, None)
            if following == "    invoked from within":
                del kept[start:]
            elif following is not None:
                kept.append(following)
    return "\n".join(kept)


def _changes(around: Surroundings, names: Names) -> list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]]:
    hosts = sorted(filter(None, around.hosts), key=len, reverse=True)
    return [
        *((_literal(folder), "/SCRATCH") for folder in sorted(around.folders, key=len, reverse=True) if folder),
        (_ID, lambda match: f"<{names.id(match[1], match[2])}>"),
        (_BARE_ID, lambda match: _bare_id(match, around, names)),
        (_BOUNDARY, lambda match: names.boundary(match[0])),
        (_SOCKET, "sockN"),
        (_RFC822, lambda match: _rfc822(match, around)),
        (_CTIME, lambda match: _ctime(match, around)),
        (_ISO, lambda match: _iso(match, around)),
        (_EPOCH, lambda match: _epoch(match, around)),
        (_TIMED, "N"),
        *((re.compile(rf"(?<![\w.]){port}(?![\w.]*\w)"), "PORT") for port in around.ports),
        (_LOOPBACK_PORT, r"\1\2PORT"),
        *((_literal(f"{user}@{host}"), "USER@HOST") for user in around.users for host in hosts),
        # Scripts say localhost wherever they run.
        *((_literal(host), "HOST") for host in hosts if host != "localhost"),
        # Last, for it is told by the digits before it whether it is part of a moment.
        (_TIME_OF_DAY, lambda match: _time_of_day(match, around)),
    ]


def _literal(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.-]){re.escape(text)}(?![\w-])")


def _bare_id(match: re.Match[str], around: Surroundings, names: Names) -> str:
    now = match[2] == "NOW" or around.is_now(int(match[2]))
    return names.id(match[1], match[3]) if now else match[0]


def _moment(year: str, month: int, day: str, clock: tuple[str, ...]) -> float:
    """Seconds since the epoch; there is no year 0, and nothing else that timegm would not count on with."""
    hour, minute, second = map(int, clock)
    return timegm((int(year) or 1, month, int(day), hour, minute, second))


def _rfc822(match: re.Match[str], around: Surroundings) -> str:
    day, month, year, *clock, sign, hours, minutes = match.groups()
    offset = (int(hours) * 60 + int(minutes)) * 60 * (-1 if sign == "-" else 1)
    now = around.is_now(_moment(year, MONTHS.index(month) + 1, day, tuple(clock)) - offset)
    return f"DATE {sign}{hours}{minutes}" if now else match[0]


def _ctime(match: re.Match[str], around: Surroundings) -> str:
    month, day, *clock, zone, year = match.groups()
    now = around.is_now_in_some_zone(_moment(year, MONTHS.index(month) + 1, day, tuple(clock)))
    return f"DATE {zone}" if now else match[0]


def _iso(match: re.Match[str], around: Surroundings) -> str:
    year, month, day, between, *clock, zone = match.groups()
    if not 1 <= int(month) <= 12:
        return match[0]
    now = around.is_now_in_some_zone(_moment(year, int(month), day, tuple(clock)))
    return f"DATE{between}TIME{zone}" if now else match[0]


def _time_of_day(match: re.Match[str], around: Surroundings) -> str:
    hour, minute, second = map(int, match.groups())
    return "TIME" if around.is_now_of_day((hour * 60 + minute) * 60 + second) else match[0]


def _epoch(match: re.Match[str], around: Surroundings) -> str:
    digits = match[0]
    return "NOW" if around.is_now(int(digits) / 10 ** (len(digits) - 10)) else digits
