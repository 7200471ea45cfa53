"""How long a connection is kept for the next message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reuse:
    """One connection for consecutive messages to the same server in the same manner.

    It serves at most `messages`, and ends after `idle_seconds` without one: where Tcl's events run at that moment, and
    elsewhere when the next message is sent.
    """

    messages: int = 100
    idle_seconds: float = 30
