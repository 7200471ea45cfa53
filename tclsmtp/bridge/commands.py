"""The dispatcher of the ::mime and ::smtp commands: words in, the words of a Tcl `return` out."""

from __future__ import annotations

from tclsmtp.bridge.values import to_tcl
from tclsmtp.errors import TclError, TclsmtpError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from tclsmtp.bridge.caller import Caller
    from tclsmtp.bridge.values import TclValue

_CHARSETS = ("mime::tables", "mime::mapencoding", "mime::reversemapencoding")
_loaded: dict[str, Callable[..., TclValue]] = {}


def _load(command: str) -> Callable[..., TclValue]:
    """The function of a command. Its module is imported with the first: many scripts need one or two of them only."""
    if command.startswith("smtp::"):
        from tclsmtp.bridge.smtp_commands import COMMANDS
    elif command in _CHARSETS:
        from tclsmtp.bridge.charset_commands import COMMANDS
    else:
        from tclsmtp.bridge.mime_commands import COMMANDS
    if command not in COMMANDS:
        from tclsmtp.bridge.codec_commands import COMMANDS
    _loaded.update(COMMANDS)
    return COMMANDS[command]


def answer(caller: Caller, command: str, words: tuple[str, ...]) -> TclValue:
    """Run a command for an interpreter; the words to give to Tcl's `return`.

    That is one word, the result, or `-code error -errorcode CODE message`, or another code that a callback returned
    with. Nothing is raised: an exception that escaped would reach Tcl as an empty message. One that is not ours keeps
    its traceback in errorinfo, and a KeyboardInterrupt or SystemExit ends the script and comes out of
    `Interpreter.eval`.
    """
    try:
        function = _loaded.get(command) or _load(command)
        return (to_tcl(function(caller, *words)),)
    except TclError as error:
        options: tuple[TclValue, ...] = ("-errorcode", error.errorcode, "-errorinfo", error.errorinfo)
        return to_tcl(("-code", error.code, *(options if error.code == 1 else ()), error.message))
    except TclsmtpError as error:
        return to_tcl(("-code", "error", "-errorcode", error.errorcode, _message(error, caller)))
    except Exception as error:  # noqa: BLE001  the border: Tcl must be told of every failure
        return to_tcl(_unforeseen(error))
    except BaseException as error:  # noqa: BLE001  a KeyboardInterrupt comes out of Interpreter.eval instead
        caller.interpreter.abandon(error)
        return ("-code", "error", "interrupted")


def _message(error: TclsmtpError, caller: Caller) -> TclValue:
    if caller.dialect.refusal_as_dict:
        from tclsmtp.errors import RefusedError

        if isinstance(error, RefusedError):
            return ("diagnostic", error.diagnostic, "args", (), "code", error.code)
    return error.message


def _unforeseen(error: Exception) -> tuple[TclValue, ...]:
    import traceback

    message = f"{type(error).__name__}: {error}"
    trace = "".join(traceback.format_exception(error))
    return (
        "-code",
        "error",
        "-errorcode",
        ("TCLSMTP", "UNFORESEEN", type(error).__name__),
        "-errorinfo",
        trace,
        message,
    )
