"""Interpreter: owns one Tcl interpreter and puts the packages into it."""

from __future__ import annotations

import os
from contextlib import suppress

from tclsmtp.errors import OptionError, TclError, TclUnavailableError

try:
    import _tkinter
except ImportError as error:
    raise TclUnavailableError(f"this Python has no tkinter ({error}); on Debian: apt-get install python3-tk") from error

from tclsmtp.bridge.caller import Caller
from tclsmtp.bridge.commands import answer
from tclsmtp.bridge.values import to_tcl
from tclsmtp.bridge.waiting import Nesting, make_waiter
from tclsmtp.dialect import DEFAULT, get_dialect

TYPE_CHECKING = False
if TYPE_CHECKING:
    import tkinter
    from collections.abc import Callable, Sequence
    from email.message import EmailMessage
    from types import TracebackType
    from typing import Self, TypeVar

    from tclsmtp.bridge.signals import Wakeup
    from tclsmtp.bridge.values import TclValue
    from tclsmtp.dialect import Dialect
    from tclsmtp.mime.part import Part
    from tclsmtp.policy import Policy
    from tclsmtp.smtp.pool import Pool
    from tclsmtp.smtp.waiting import Waiter

if TYPE_CHECKING:
    _T = TypeVar("_T")

_HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def tcl_directory() -> str:
    """The folder of the Tcl side: inside an installed package, beside the package in a checkout."""
    installed = os.path.join(_HERE, "tcl")
    return installed if os.path.isdir(installed) else os.path.join(os.path.dirname(_HERE), "tcl")


class Interpreter:
    """One Tcl interpreter in which `package require mime` and `package require smtp` answer with this package.

    It belongs to the thread that made it. As a context manager it closes itself.
    """

    def __init__(self, *, dialect: str | Dialect = DEFAULT, policy: Policy | None = None) -> None:
        """Start Tcl. `dialect` is "1.20" or "2.0"; `policy` is what the operator decides in place of the scripts.

        Raises OptionError for any other, and TclUnavailableError where Tcl cannot start.
        """
        known = get_dialect(dialect)
        try:
            app = _tkinter.create(None, "tclsmtp", "Tclsmtp", False, False, False, False, None)
        except _tkinter.TclError as error:
            raise TclUnavailableError(f"Tcl cannot start: {error}") from error
        self._setup(app, known, policy)
        self.provide_exit(self._exit)

    def _setup(self, app: _tkinter.TkappType, dialect: Dialect, policy: Policy | None) -> None:
        self._app: _tkinter.TkappType | None = app
        self.dialect = dialect
        self.policy = policy
        self.nesting = Nesting()
        self.waiter: Waiter = make_waiter(self)
        self._main = Caller(self, "")
        self._children: dict[str, Caller] = {}
        self._depth = 0
        self._hostname = ""
        self._pool: Pool | None = None
        self._pool_timer: _tkinter.TkttType | None = None
        self._pending: BaseException | None = None
        self._wakeup: Wakeup | None = None
        app.eval("namespace eval ::tclsmtp {}")
        app.createcommand("::tclsmtp::dispatch", self._dispatch)
        app.createcommand("::tclsmtp::python", self._dispatch_for)
        app.call("source", "-encoding", "utf-8", os.path.join(tcl_directory(), "tclsmtp.tcl"))

    @classmethod
    def of(cls, app: tkinter.Tk, dialect: str | Dialect = DEFAULT, policy: Policy | None = None) -> Self:
        """The packages in an interpreter that tkinter made; see `install`."""
        self = cls.__new__(cls)
        self._setup(app.tk, get_dialect(dialect), policy)
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def app(self) -> _tkinter.TkappType:
        """The interpreter object of `_tkinter`. Raises OptionError after `close`."""
        if self._app is None:
            raise OptionError("this interpreter is closed")
        return self._app

    def pool(self) -> Pool:
        """The connections that are kept for the next message, in this interpreter and its children."""
        if self._pool is None:
            from tclsmtp.smtp.pool import Pool

            self._pool = Pool()
        return self._pool

    def tend_pool(self) -> None:
        """End kept connections when they were idle for too long, while Tcl's events run."""
        if self._pool is not None and self._pool_timer is None:
            self._expire()

    def _expire(self) -> None:
        self._pool_timer = None
        left = self._pool.expire() if self._pool is not None and self._app is not None else None
        if left is not None:
            self._pool_timer = self.app.createtimerhandler(int(left * 1000) + 1, self._expire)

    def close(self) -> None:
        """Delete the interpreter and with it its channels, timers and tokens. Nothing happens the second time."""
        app, self._app = self._app, None
        if app is None:
            return
        with suppress(_tkinter.TclError):
            app.call("::tclsmtp::close")
        if self._pool_timer is not None:
            self._pool_timer.deletetimerhandler()
            self._pool_timer = None
        if self._pool is not None:
            self._pool.close()
        if self._wakeup is not None:
            self._wakeup.close(app)
        for command in ("::tclsmtp::dispatch", "::tclsmtp::python", "::tclsmtp::leave"):
            with suppress(_tkinter.TclError):
                app.deletecommand(command)
        # Tcl must be deleted here, in its own thread, and not when a garbage collection in another one comes to it.
        self._children.clear()
        self._wakeup = None

    # What a program calls

    def eval(self, script: str) -> str:
        """Run a script at the global level; its result, as a string.

        Raises TclError where the script failed, and SystemExit where it called `exit`, which closes the interpreter.
        """
        return self._run(lambda: self._evaluate(script))

    def call(self, *words: TclValue) -> str:
        """Run one command, given as its words, at the global level; its result, as a string. Raises as `eval`."""
        return self._run(lambda: self.invoke("", words))

    def run(self, path: str | os.PathLike[str], args: Sequence[str] = (), *, encoding: str | None = None) -> int:
        """Run a script file as tclsh does, with `argv` set to the arguments; its exit status.

        The status is that of `exit`, 0 at the end of the script and 1 after an error, which is printed on Tcl's stderr.
        An `exit` closes this interpreter. `encoding` is the Tcl name of the file's encoding.
        """
        from tclsmtp.bridge.shell import run_file

        try:
            return self._run(lambda: run_file(self, os.fspath(path), args, encoding))
        except SystemExit as leaving:
            return int(leaving.code or 0)

    def part(self, token: str) -> Part:
        """The message object of a token, the same one each time. Raises MimeError for an unknown token."""
        return self._main.tokens.find(token, "content")

    def token(self, message: Part | EmailMessage) -> str:
        """The token of a message object: a new one unless the Part has one here. An EmailMessage is converted first.

        Raises MimeError where an EmailMessage cannot be converted.
        """
        from tclsmtp.mime.part import Part

        part = message if isinstance(message, Part) else Part.from_email(message)
        return self._main.tokens.token_of(part) or self._main.tokens.add(part)

    # What the bridge calls

    # A traceback keeps the local variables of its frames alive, and Tcl must not be deleted when some other thread's
    # garbage collection comes to them: so the functions here have no variable for `self.app`.

    def invoke(self, path: str, words: tuple[TclValue, ...]) -> str:
        """Run a command at the global level of the main interpreter (path "") or a child. Raises TclError."""
        try:
            self.app.call("::tclsmtp::invoke", path, *[to_tcl(word) for word in words])
            return self.app.eval("set ::tclsmtp::result")
        except _tkinter.TclError as error:
            raise self._translate(error) from None

    def attempt(self, path: str, script: str, words: tuple[TclValue, ...]) -> str:
        """Run a script with these words behind it, at the global level as `invoke`. Raises TclError for every return
        code but that of success.
        """
        try:
            code = int(self.app.call("::tclsmtp::attempt", path, to_tcl(script), *[to_tcl(word) for word in words]))
            answer = self.app.eval("set ::tclsmtp::result")
        except _tkinter.TclError as error:
            raise self._translate(error) from None
        if code == 1:
            raise self._error(answer)
        if code != 0:
            raise TclError(answer, code=code)
        return answer

    def split(self, text: str) -> tuple[str, ...]:
        """The elements of a Tcl list. Raises TclError where the text is none."""
        if "\0" in text:
            # Before Python 3.13 no list with NUL in it can be split: another character takes its place meanwhile.
            other = next(chr(code) for code in range(0xE000, 0xF900) if chr(code) not in text)
            return tuple(word.replace(other, "\0") for word in self.split(text.replace("\0", other)))
        try:
            return self.app.splitlist(text)
        except _tkinter.TclError as error:
            raise TclError(str(error), ("TCL", "VALUE", "LIST")) from None

    def hostname(self) -> str:
        """What `info hostname` answers; asked once."""
        if not self._hostname:
            self._hostname = self.app.eval("info hostname")
        return self._hostname

    def to_system_encoding(self, text: str) -> bytes:
        """A string in Tcl's system encoding, in which the operating system wants file names."""
        if text.isascii():
            return text.encode("ascii")
        return self.invoke("", ("encoding", "convertto", text)).encode("latin-1")

    def provide_exit(self, leave: Callable[[str], object]) -> None:
        """Give the interpreter, and all children made from now on, an `exit` command; `leave` gets the exit status."""
        self.app.createcommand("::tclsmtp::leave", leave)
        self.app.call("::tclsmtp::provide_exit")

    def abandon(self, error: BaseException) -> None:
        """End the running script, through every `catch` and `vwait`, and raise the error from `eval`."""
        if self._pending is None:
            self._pending = error
            with suppress(_tkinter.TclError):
                self.app.eval("::tclsmtp::cancel")

    def raise_pending(self) -> None:
        """Raise what `abandon` was given. A wait calls it after each event."""
        if self._pending is not None:
            raise self._pending

    # How it does it

    def _dispatch(self, command: str, *words: str) -> TclValue:
        return answer(self._main, command, words)

    def _dispatch_for(self, path: str, command: str, *words: str) -> TclValue:
        if command == "adopt":
            self._children[path] = Caller(self, path)
            return ""
        if command == "prune":
            self._prune()
            return ""
        return answer(self._children[path], command, words)

    def _evaluate(self, script: str) -> str:
        # tkinter's `eval` mangles NUL and what is above U+FFFF, and runs in the frame of a proc that called Python.
        if script.isascii() and "\0" not in script and self.app.eval("info level") == "0":
            return self.app.eval(script)
        return self.invoke("", ("eval", script))

    def _prune(self) -> None:
        for path in list(self._children):
            if self.invoke("", ("interp", "exists", path)) != "1":
                del self._children[path]

    def _exit(self, status: str) -> str:
        self.abandon(SystemExit(int(status)))
        return ""

    def _run(self, work: Callable[[], _T]) -> _T:
        self._depth += 1
        try:
            if self._depth > 1:
                return work()
            with self._wakeup or self._make_wakeup():
                return work()
        except _tkinter.TclError as error:
            raise self._translate(error) from None
        finally:
            self._depth -= 1
            if self._depth == 0 and self._pending is not None:
                self._raise_abandoned()

    def _make_wakeup(self) -> Wakeup:
        from tclsmtp.bridge.signals import Wakeup

        self._wakeup = Wakeup(self.app, self.abandon)
        return self._wakeup

    def _raise_abandoned(self) -> None:
        pending, self._pending = self._pending, None
        assert pending is not None
        self._recover()
        if isinstance(pending, SystemExit):
            from traceback import clear_frames

            self.close()
            clear_frames(pending.__traceback__)
        raise pending

    def _recover(self) -> None:
        # A cancelled interpreter refuses one command more, and only a `call`, not an `eval`, ends that state.
        with suppress(_tkinter.TclError):
            self.app.call("set", "::tclsmtp::result", "")
        self.app.eval("::tclsmtp::recover")

    def _translate(self, error: _tkinter.TclError) -> TclError:
        return self._error(str(error))

    def _error(self, message: str) -> TclError:
        try:
            code, info = self.app.eval("set ::errorCode"), self.app.eval("set ::errorInfo")
        except _tkinter.TclError:  # being cancelled, or the script unset them
            return TclError(message)
        return TclError(message, self.split(code), _without_password(info))


def _without_password(info: str) -> str:
    """A stack trace, in which a command ends at the value of -password: Python's `call` has the word itself there. A
    script's own `$variable` stays.
    """
    if "-password " not in info:
        return info
    import re

    return re.sub(r"-password (?![$\[]).*", '-password <redacted>"', info)


def install(app: tkinter.Tk, *, dialect: str | Dialect = DEFAULT, policy: Policy | None = None) -> Interpreter:
    """Put the packages into the interpreter of a tkinter.Tk or tkinter.Tcl, and wrap it; see `Interpreter`.

    The interpreter stays tkinter's: it has no `exit` command, as tkinter wants it. Raises OptionError for an unknown
    dialect.
    """
    return Interpreter.of(app, dialect, policy)
