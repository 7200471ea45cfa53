"""How the SMTP core waits for a descriptor: the seam, and the waiter of plain Python."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class Waiter(Protocol):
        """Waits for a descriptor.

        `ready` is called each time `fd` is readable (or writable, with `write`). It does the reading or writing
        itself, never raises, and answers True when the wait is over: the waiter then removes its handler and timer at
        once, within that event, so that a wait nested in another event neither spins nor lets this one expire.
        """

        def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
            """Return when `ready` said so; raise TimeoutError after `timeout` seconds (None waits for ever)."""


class SelectorWaiter:
    """Waits in plain Python, where nothing else has to run."""

    def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
        """As Waiter.wait."""
        import selectors

        deadline = None if timeout is None else time.monotonic() + timeout
        # Unlike epoll, poll needs no descriptor of its own: one system call a wait.
        with getattr(selectors, "PollSelector", selectors.SelectSelector)() as selector:
            selector.register(fd, selectors.EVENT_WRITE if write else selectors.EVENT_READ)
            while True:
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError
                if selector.select(left) and ready():
                    return
