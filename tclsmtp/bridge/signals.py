"""Ctrl-C while Python runs Tcl: the signal ends the script at once, also in the middle of a `vwait`."""

from __future__ import annotations

import _tkinter
import os
import signal
import threading
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


class Wakeup:
    """While it is entered, a signal wakes Tcl's event loop, and what SIGINT's handler raises ends the script.

    Python runs a signal's handler only between two of its own instructions, and Tcl in a `vwait` runs none: so the
    signal writes to a pipe, and a file handler on its other end makes Python run. An exception may not leave that file
    handler, where it would surface in some later main loop, so SIGINT's handler is wrapped: `abandon` gets what it
    raised. In other threads than the main one, and where SIGINT does not raise, nothing is changed.
    """

    def __init__(self, app: _tkinter.TkappType, abandon: Callable[[BaseException], None]) -> None:
        self._abandon = abandon
        self._handler: Callable[[int, FrameType | None], object] | None = None
        self._previous_fd = -1
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        if hasattr(app, "createfilehandler"):
            app.createfilehandler(self._read, _tkinter.READABLE, self._drain)

    def _drain(self, *_: object) -> None:
        with suppress(BlockingIOError):
            os.read(self._read, 4096)

    def __enter__(self) -> None:
        handler = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is not threading.main_thread() or not callable(handler):
            return
        self._handler = handler
        self._previous_fd = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._on_interrupt)

    def __exit__(self, *_: object) -> None:
        if self._handler is None:
            return
        signal.signal(signal.SIGINT, self._handler)
        signal.set_wakeup_fd(self._previous_fd)
        self._handler = None

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        assert self._handler is not None
        try:
            self._handler(number, frame)
        except BaseException as error:  # noqa: BLE001  whatever the program's handler raises comes out of `eval`
            self._abandon(error)

    def close(self, app: _tkinter.TkappType) -> None:
        """Take the file handler out of the event loop and close the pipe."""
        if hasattr(app, "deletefilehandler"):
            app.deletefilehandler(self._read)
        os.close(self._read)
        os.close(self._write)
