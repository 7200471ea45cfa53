"""What tclsh does around a script: its variables, the report of an error, the main loop of Tk and the end."""

from __future__ import annotations

import _tkinter
import os
import sys

from tclsmtp.bridge.values import to_tcl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn, TextIO

    from tclsmtp.bridge.interpreter import Interpreter


def run_file(interpreter: Interpreter, path: str, args: Sequence[str], encoding: str | None) -> int:
    """Run a script for `Interpreter.run`; its exit status.

    An error is reported on Tcl's stderr and gives 1. Windows of Tk stay until they are closed. A script that replaced
    `exit` has its own called at the end, as tclsh does. Raises SystemExit where the script left by the real one, and
    what else `Interpreter.abandon` was given.
    """
    app = interpreter.app
    set_arguments(app, path, args)
    app.call("set", "::tcl_interactive", "0")
    status = _evaluate(interpreter, path, encoding)
    if app.call("info", "procs", "::exit"):
        _call_exit(app, status)
        interpreter.raise_pending()
    _flush_stdout(app)
    return status


def start(
    interpreter: Interpreter, shell: str, script: str | None, args: Sequence[str], encoding: str | None
) -> NoReturn:
    """Be tclsh: run the script, or the commands on stdin where it is None, and end the process.

    `shell` is the path of the program that stands for tclsh: argv0 where there is no script, and what `info
    nameofexecutable` answers. The words come as Python decoded them; Tcl reads their bytes in its own system encoding.
    """
    app = interpreter.app
    interpreter.provide_exit(lambda status: leave(app, int(status)))
    app.createcommand("::tclsmtp::load_tk", lambda: _load_tk(app))
    app.call("set", "::tcl_rcFileName", "~/.tclshrc")
    app.eval("unset -nocomplain ::_tkinter_skip_tk_init")
    if shell:
        app.call("::tclsmtp::name_executable", _decode(app, os.path.abspath(shell)))
    name = _decode(app, shell if script is None else script)
    set_arguments(app, name, [_decode(app, word) for word in args])
    if script is None:
        from tclsmtp.bridge.prompt import read_commands

        status = read_commands(interpreter)
    else:
        status = _evaluate(interpreter, name, None if encoding is None else _decode(app, encoding))
    _call_exit(app, status)
    leave(app, status)


def set_arguments(app: _tkinter.TkappType, name: str, args: Sequence[str]) -> None:
    """Set the global variables argv0, argv and argc."""
    app.call("set", "::argv0", to_tcl(name))
    app.call("set", "::argv", to_tcl(tuple(args)))
    app.call("set", "::argc", len(args))


def leave(app: _tkinter.TkappType, status: int) -> NoReturn:
    """End the process as Tcl's own `exit` does, which flushes the channels, after Python's clean-up."""
    import atexit

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            _flush(stream)
    try:
        app.call("::tclsmtp::native_exit", status)
    except _tkinter.TclError:  # the script took `interp` away
        app.eval("foreach ::tclsmtp::result [::tcl::chan::names] { catch { ::tcl::chan::flush $::tclsmtp::result } }")
    finally:
        os._exit(status & 255)


def run_windows(interpreter: Interpreter) -> None:
    """Run Tk's main loop until the last window is closed; without Tk there is none.

    Raises what `Interpreter.abandon` was given meanwhile.
    """
    app = interpreter.app
    while has_windows(app):
        app.dooneevent(0)
        interpreter.raise_pending()


def has_windows(app: _tkinter.TkappType, path: tuple[str, ...] = ()) -> bool:
    """Whether the interpreter of that path, or one of its children, has a main window of Tk."""
    try:
        loaded = app.call("interp", "eval", path, "package provide Tk")
        if loaded and app.call("interp", "eval", path, "info commands ."):
            return True
        children = app.splitlist(app.call("interp", "slaves", path))
    except _tkinter.TclError:  # the script took these commands away
        return False
    return any(has_windows(app, (*path, child)) for child in children)


def _flush_stdout(app: _tkinter.TkappType) -> None:
    try:
        app.call("::tcl::chan::flush", "stdout")
    except _tkinter.TclError:  # closed, or nobody reads it
        return


def _load_tk(app: _tkinter.TkappType) -> str:
    """Load the Tk that Python was built with; what went wrong, or ""."""
    try:
        app.loadtk()
    except _tkinter.TclError as error:
        return str(error)
    return ""


def _flush(stream: TextIO) -> None:
    try:
        stream.flush()
    except (OSError, ValueError):  # nobody reads it, or an exit handler closed it
        return


def _decode(app: _tkinter.TkappType, word: str) -> str:
    return word if word.isascii() else app.call("encoding", "convertfrom", os.fsencode(word))


def _evaluate(interpreter: Interpreter, path: str, encoding: str | None) -> int:
    app = interpreter.app
    app.eval("unset -nocomplain ::errorInfo ::errorCode")
    try:
        if encoding is None:
            app.evalfile(path)
        else:
            app.call("source", "-encoding", encoding, path)
    except _tkinter.TclError as error:
        interpreter.raise_pending()
        if encoding is not None:
            _forget_source(app)
        _report(app, str(error))
        return 1
    run_windows(interpreter)
    return 0


def _forget_source(app: _tkinter.TkappType) -> None:
    """Take our own `source` command, the last call in a stack trace, out of errorInfo: tclsh calls none.

    Only for a `break`, or another code that is no error, at the top of such a file tclsh says more: where it stood.
    """
    trace = app.eval("set ::errorInfo")
    for how in ("invoked from within", "while executing"):
        head, _, call = trace.rpartition(f'\n    {how}\n"')
        if call.startswith("source -encoding"):
            app.call("set", "::errorInfo", to_tcl(head))
            return


def _report(app: _tkinter.TkappType, message: str) -> None:
    """Print errorInfo, or the message where no command failed, as for a missing file."""
    # ::tcl::chan::puts is there even when the script has a `puts` of its own.
    try:
        if app.eval("::tcl::info::exists ::errorInfo") == "1":
            app.eval("::tcl::chan::puts stderr $::errorInfo")
        else:
            app.call("::tcl::chan::puts", "stderr", to_tcl(message))
    except _tkinter.TclError:  # stderr is closed, or nobody reads it
        return


def _call_exit(app: _tkinter.TkappType, status: int) -> None:
    try:
        app.eval(f"exit {status}")
    except _tkinter.TclError:  # the script has no `exit` any more, or one that fails; tclsh ends all the same
        return
