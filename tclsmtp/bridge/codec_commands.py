"""The ::mime commands that need no part: encodings, encoded words, dates."""

from __future__ import annotations

from tclsmtp.errors import MimeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tclsmtp.bridge.caller import Caller
    from tclsmtp.bridge.values import TclValue


def parsedatetime(caller: Caller, value: str, name: str) -> str:
    """`mime::parsedatetime value property`. Raises MimeError: dates are not read in this version."""
    raise MimeError("parsing a date is not available in this version", ("MIME", "UNAVAILABLE"))


COMMANDS: dict[str, Callable[..., TclValue]] = {
    "mime::parsedatetime": parsedatetime,
}
