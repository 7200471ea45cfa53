"""What tests of Tcl scripts share."""

from __future__ import annotations

import pytest

from tclsmtp import Interpreter, TclError


def failure(tcl: Interpreter, script: str) -> TclError:
    """The error of a script, without its traceback: that would keep Tcl alive beyond the test."""
    try:
        tcl.eval(script)
    except TclError as error:
        return error.with_traceback(None)
    pytest.fail(f"no error from {script}")
