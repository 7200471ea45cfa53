"""Where messages wait that no server would take for now, and how long they do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spool:
    """A queue that outlives the script, and how it is worked off.

    It is an SQLite file at `path`, for the scripts of one machine, or Redis at `url`, for those of several. A message
    is tried again after `first_retry_seconds`, then after twice as long each time, but no more than
    `last_retry_seconds`; after `give_up_hours` it is kept as failed.
    """

    path: str = ""
    url: str = ""
    first_retry_seconds: float = 60
    last_retry_seconds: float = 3600
    give_up_hours: float = 120

    @property
    def place(self) -> str:
        """Where it is, without the password that a URL may hold."""
        if self.path:
            return self.path
        scheme, _, rest = self.url.partition("://")
        secret, at, host = rest.rpartition("@")
        return f"{scheme}://{'<redacted>@' if at and secret else ''}{host.partition('?')[0]}"

    def __repr__(self) -> str:
        return (
            f"Spool({self.place}: again after {self.first_retry_seconds:g} to {self.last_retry_seconds:g} seconds, "
            f"for {self.give_up_hours:g} hours)"
        )

    def seconds_until_retry(self, attempts: int) -> float:
        """How long to wait after so many attempts, the first one counted."""
        doublings = min(max(attempts - 1, 0), 60)
        return min(self.first_retry_seconds * 2.0**doublings, self.last_retry_seconds)
