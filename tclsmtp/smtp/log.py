"""The log of the package, for Python's logging."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from logging import Logger


def logger() -> Logger:
    """The logger "tclsmtp". Nothing of it is seen unless the program, or the operator, gives it a handler.

    `logging` is imported with the first message: a run that has nothing to log does not pay for it.
    """
    import logging

    log = logging.getLogger("tclsmtp")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    return log
