"""The ::mime commands."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tclsmtp.bridge.values import TclValue

COMMANDS: dict[str, Callable[..., TclValue]] = {}
