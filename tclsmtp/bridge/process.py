"""What Python changed in its process before our first line, undone: a script must find what tclsh would give it."""

from __future__ import annotations

import os

_COERCED = ("C.UTF-8", "C.utf8", "UTF-8")


def undo_python() -> None:
    """Give the process back the locale and the signals it was started with.

    Call it before `_tkinter` is imported: Tcl takes its system encoding from the locale at that moment.
    """
    _undo_locale()
    _undo_signals()


def _undo_locale() -> None:
    # Python sets LC_CTYPE where the locale is C (PEP 538); Tcl and the script's children would follow it.
    if os.environ.get("LC_CTYPE") not in _COERCED:
        return
    try:
        with open("/proc/self/environ", "rb") as file:
            original = file.read()
    except OSError:  # not Linux: nothing tells whether the user set it
        return
    for entry in original.split(b"\0"):
        if entry.startswith(b"LC_CTYPE="):
            os.environb[b"LC_CTYPE"] = entry.partition(b"=")[2]
            return
    del os.environ["LC_CTYPE"]


def _undo_signals() -> None:
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "SIGXFSZ"):
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
