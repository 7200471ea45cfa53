"""Commands from stdin, where tclsh is given no script: at a prompt on a terminal, without one from a pipe or a file."""

from __future__ import annotations

import _tkinter
import os
import time

from tclsmtp.bridge.shell import has_windows, leave, run_windows
from tclsmtp.bridge.values import to_tcl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.bridge.interpreter import Interpreter
    from tclsmtp.bridge.values import TclValue

_FIRST, _CONTINUED = "tcl_prompt1", "tcl_prompt2"

_BLOCKED_SECONDS = 0.01
"""How long to sleep where a script made stdin non-blocking and nothing is typed yet; tclsh does not sleep at all."""


class Prompt:
    """Reads a command, runs it and prints what came of it, again and again: an error ends the command, not the loop.

    `puts`, `gets` and `info` go by the names that their ensembles use, as the script may have commands of its own.
    """

    def __init__(self, interpreter: Interpreter) -> None:
        self._interpreter = interpreter
        self._app = interpreter.app
        self._typed = ""
        self._due: str | None = _FIRST
        self._interactive = os.isatty(0)

    def run(self) -> None:
        """Read commands until stdin ends, beside the main loop of Tk while there are windows."""
        self._app.call("set", "::tcl_interactive", int(self._interactive))
        self._read_start_file()
        while True:
            if has_windows(self._app):
                self._run_beside_windows()
            elif not self._has_input() or not self._step():
                return

    def _has_input(self) -> bool:
        try:
            self._app.call("::tcl::chan::blocked", "stdin")
        except _tkinter.TclError:  # the script closed it
            return False
        return True

    def _read_start_file(self) -> None:
        try:
            file = self._app.eval("::tcl::file::nativename $::tcl_rcFileName")
            self._app.eval("close [open $::tcl_rcFileName]")
        except _tkinter.TclError:  # there is none, or no home
            return
        try:
            self._app.evalfile(file)
        except _tkinter.TclError as error:
            self._print("stderr", str(error))

    def _step(self) -> bool:
        """Prompt for one line and run the command when it is complete; False at the end of stdin."""
        self._show()
        line = self._read()
        while line is None:
            time.sleep(_BLOCKED_SECONDS)
            line = self._read()
        if not line:
            return False
        self._take(line)
        return True

    def _read(self) -> str | None:
        """A line with its line break, "" at the end of stdin, None if there is nothing yet."""
        try:
            line = self._app.call("::tcl::chan::gets", "stdin")
            if line == "":
                if self._app.call("::tcl::chan::blocked", "stdin") == "1":
                    return None
                if self._app.call("::tcl::chan::eof", "stdin") == "1":
                    return ""
        except _tkinter.TclError:  # stdin is closed, or cannot be read
            return ""
        return f"{line}\n"

    def _take(self, line: str) -> None:
        self._typed += line
        if self._app.call("::tcl::info::complete", to_tcl(self._typed)) != "1":
            self._due = _CONTINUED
            return
        command, self._typed = self._typed[:-1], ""
        self._due = _FIRST
        self._quietly("::history", "add", to_tcl(command))
        try:
            result = self._evaluate(command)
        except _tkinter.TclError as error:
            self._print("stderr", str(error))
            return
        if result and self._is_interactive():
            self._print("stdout", result)

    def _evaluate(self, command: str) -> str:
        if "\0" not in command and max(command, default="") <= "\uffff":
            return self._app.eval(command)
        self._app.call("::tclsmtp::invoke", "", "eval", to_tcl(command))
        return self._app.eval("set ::tclsmtp::result")

    def _show(self) -> None:
        due, self._due = self._due, None
        if due is None or not self._is_interactive():
            return
        if self._app.call("::tcl::info::exists", f"::{due}") == "1":
            try:
                self._app.eval(self._app.eval(f"set ::{due}"))
            except _tkinter.TclError as error:
                self._print("stderr", str(error))
                self._show_default(due)
        else:
            self._show_default(due)
        self._quietly("::tcl::chan::flush", "stdout")

    def _show_default(self, due: str) -> None:
        if due == _FIRST:
            self._quietly("::tcl::chan::puts", "-nonewline", "stdout", "% ")

    def _is_interactive(self) -> bool:
        if self._app.call("::tcl::info::exists", "::tcl_interactive") == "1":
            self._interactive = self._app.eval("::tcl::string::is true -strict $::tcl_interactive") == "1"
        return self._interactive

    def _print(self, channel: str, text: str) -> None:
        self._quietly("::tcl::chan::puts", channel, to_tcl(text))

    def _quietly(self, *words: TclValue) -> None:
        try:
            self._app.call(*words)
        except _tkinter.TclError:  # a closed channel, or a script that took the command away
            return

    # Beside the windows of Tk

    def _run_beside_windows(self) -> None:
        self._show()
        self._app.createcommand("::tclsmtp::typed", self._on_typed)
        self._listen("::tclsmtp::typed")
        run_windows(self._interpreter)
        self._listen("")

    def _listen(self, command: str) -> None:
        self._quietly("::tcl::chan::event", "stdin", "readable", command)

    def _on_typed(self) -> str:
        line = self._read()
        if line is None:
            return ""
        # A command that waits for events must not be given the next line before it is done.
        self._listen("")
        if line == "":
            if self._is_interactive():
                leave(self._app, 0)
            return ""
        self._take(line)
        self._show()
        self._listen("::tclsmtp::typed")
        return ""


def read_commands(interpreter: Interpreter) -> int:
    """Be tclsh without a script: run the commands on stdin until it ends. The exit status is 0 whatever they did."""
    Prompt(interpreter).run()
    return 0
