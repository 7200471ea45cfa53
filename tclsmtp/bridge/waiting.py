"""Waiting for a socket while Tcl's event loop runs.

The waiters here keep `after`, `fileevent` and Tk alive while the SMTP core waits, as tcllib's own `vwait` did, so that
an SMTP server written in Tcl in the same interpreter can answer, and an event may send a message of its own.
"""

from __future__ import annotations

import _tkinter
import time

from tclsmtp.errors import SmtpError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tclsmtp.bridge.interpreter import Interpreter

MAX_NESTING = 25
"""How many sends may wait inside one another: each takes some 25 Python frames of the 1,000 there are, and C stack."""

POLL_SECONDS = 0.01
"""How long PollingWaiter sleeps on the socket before it lets Tcl run again: a tick no user sees, and no busy loop."""


class Nesting:
    """Counts the sends that wait inside one another in one interpreter."""

    def __init__(self) -> None:
        self._depth = 0

    def __enter__(self) -> None:
        """Begin a send. Raises SmtpError where it would be nested too deep, before anything of it was done."""
        if self._depth >= MAX_NESTING:
            raise SmtpError(
                f"too many nested calls of sendmessage: {MAX_NESTING} are waiting for their servers already",
                ("SMTP", "NESTING", str(MAX_NESTING)),
            )
        self._depth += 1

    def __exit__(self, *_: object) -> None:
        self._depth -= 1


class _Wait:
    """One wait: over when `ready` says so, or when its timer fired."""

    def __init__(self, ready: Callable[[], bool]) -> None:
        self._ready = ready
        self.over = False
        self.expired = False

    def on_event(self, *_: object) -> bool:
        self.over = self.over or self._ready()
        return self.over

    def on_timer(self) -> None:
        self.over = self.expired = True


class TclWaiter:
    """Waits with a Tcl file handler and a Tcl timer. What `Interpreter.abandon` was given ends the wait early."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter

    def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
        """Run Tcl events until `ready`, called each time the descriptor is readable (or writable), answers True.

        The handler and the timer are gone the moment the wait is over, inside the event that ended it: a wait nested
        in a later event neither spins on this descriptor nor lets this timer expire. `timeout` is in seconds, None
        waits for ever. Raises TimeoutError when it ran out.
        """
        interpreter = self._interpreter
        timer: _tkinter.TkttType | None = None
        wait = _Wait(ready)

        def on_event(*_: object) -> None:
            if wait.on_event():
                release()

        def on_timer() -> None:
            wait.on_timer()
            release()

        def release() -> None:
            nonlocal timer
            interpreter.app.deletefilehandler(fd)
            if timer is not None:
                timer.deletetimerhandler()
                timer = None

        interpreter.app.createfilehandler(fd, _tkinter.WRITABLE if write else _tkinter.READABLE, on_event)
        if timeout is not None:
            timer = interpreter.app.createtimerhandler(max(1, int(timeout * 1000)), on_timer)
        try:
            while not wait.over:
                interpreter.app.dooneevent(0)
                interpreter.raise_pending()
        finally:
            if not wait.over:
                release()
        if wait.expired:
            raise TimeoutError


class PollingWaiter:
    """Waits where Tcl has no file handlers (Windows): Tcl's pending events and a short select take turns."""

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter

    def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
        """As TclWaiter.wait; the socket is looked at between events, at least every POLL_SECONDS."""
        from select import select

        deadline = None if timeout is None else time.monotonic() + timeout
        sockets: tuple[list[int], list[int]] = ([], [fd]) if write else ([fd], [])
        wait = _Wait(ready)
        while not wait.over:
            if any(select(*sockets, [], POLL_SECONDS)[:2]):
                wait.on_event()
            if wait.over:
                return
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError
            for _ in self._pending_events():
                self._interpreter.raise_pending()

    def _pending_events(self) -> Iterator[int]:
        while event := self._interpreter.app.dooneevent(_tkinter.DONT_WAIT):
            yield event


def make_waiter(interpreter: Interpreter) -> TclWaiter | PollingWaiter:
    """The waiter that this build of tkinter can do."""
    return TclWaiter(interpreter) if hasattr(interpreter.app, "createfilehandler") else PollingWaiter(interpreter)
