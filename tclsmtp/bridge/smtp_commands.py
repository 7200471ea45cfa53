"""The ::smtp commands."""

from __future__ import annotations

from tclsmtp.bridge.values import to_boolean
from tclsmtp.errors import OptionError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tclsmtp.bridge.caller import Caller
    from tclsmtp.bridge.values import TclValue


def boolean(caller: Caller, value: str) -> int:
    """`smtp::boolean value`: 1 or 0. Raises OptionError for a word that tcllib does not take."""
    answer = to_boolean(value)
    if answer is None:
        raise OptionError(f"unknown boolean value: {value}")
    return int(answer)


COMMANDS: dict[str, Callable[..., TclValue]] = {"smtp::boolean": boolean}
