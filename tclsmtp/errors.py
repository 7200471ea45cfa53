"""Every exception of tclsmtp. Each carries its fields and the errorcode that a Tcl script sees for it."""

from __future__ import annotations


class TclsmtpError(Exception):
    """Base of all errors of this package.

    `message` is what Tcl's `catch` puts in its variable, `errorcode` the words of Tcl's `errorCode` list.
    """

    def __init__(self, message: str, errorcode: tuple[str, ...] = ("TCLSMTP",)) -> None:
        super().__init__(message)
        self.message = message
        self.errorcode = errorcode


class TclError(TclsmtpError):
    """An error of a Tcl script, as it arrives in Python.

    `errorcode` holds the words of Tcl's `errorCode` (("NONE",) where the script gave none) and `errorinfo` the stack
    trace that Tcl wrote.
    """

    def __init__(self, message: str, errorcode: tuple[str, ...] = ("NONE",), errorinfo: str = "") -> None:
        super().__init__(message, errorcode)
        self.errorinfo = errorinfo


class TclUnavailableError(TclsmtpError, ImportError):
    """This Python has no tkinter, or Tcl itself cannot start."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ("TCLSMTP", "UNAVAILABLE"))


class OptionError(TclsmtpError, ValueError):
    """An option or argument that a command does not take, or a value outside of what it allows."""

    def __init__(self, message: str, errorcode: tuple[str, ...] = ("TCLSMTP", "OPTION")) -> None:
        super().__init__(message, errorcode)


class MimeError(TclsmtpError, ValueError):
    """A message, part, header or body that the mime package refuses."""

    def __init__(self, message: str, errorcode: tuple[str, ...] = ("MIME",)) -> None:
        super().__init__(message, errorcode)


class SmtpError(TclsmtpError):
    """Base of everything that can go wrong between an accepted call of sendmessage and the server's last reply."""


class AddressError(SmtpError, ValueError):
    """An originator or recipient that is no RFC 822 address, or that no server may be given."""

    def __init__(self, message: str, address: str = "") -> None:
        super().__init__(message, ("SMTP", "ADDRESS", address))
        self.address = address


class ConnectError(SmtpError, ConnectionError):
    """No conversation with a server could begin: `host` and `port` say with which, `step` how far it came
    ("connect", "banner", "EHLO", ...) and `why` the reason in a few words.
    """

    def __init__(self, host: str, port: int | str, step: str, why: str) -> None:
        super().__init__(f"{host}:{port}: {step}: {why}", ("SMTP", "CONNECT", host, str(port), why))
        self.host = host
        self.port = port
        self.step = step
        self.why = why


class RefusedError(SmtpError):
    """The server refused MAIL, DATA or the message.

    `code` is the SMTP reply code, `text` the first line of the server's words, `more` its further lines and `step` the
    command that was refused. A lost connection is code 400. The message is worded by the bridge as the dialect wants
    it; here it is tcllib 1.20's, `550: text`.
    """

    def __init__(self, code: int, text: str, step: str, more: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {text}", ("SMTP", str(code), text))
        self.code = code
        self.text = text
        self.step = step
        self.more = more


class UnsafeTextError(SmtpError, ValueError):
    """Text that no command line may carry: it holds a line break or NUL, or a character wider than one octet."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"{why} in {text!r}", ("SMTP", "UNSAFE", text))
        self.text = text
        self.why = why


class ProtocolError(SmtpError, RuntimeError):
    """A command out of turn: the caller's mistake, nothing was sent."""

    def __init__(self, state: str, verb: str) -> None:
        super().__init__(f"{verb} is not allowed in state {state}", ("SMTP", "PROTOCOL", state, verb))
        self.state = state
        self.verb = verb


class TlsError(SmtpError):
    """TLS was asked for and could not be had."""

    def __init__(self, message: str, host: str, port: int | str) -> None:
        super().__init__(message, ("SMTP", "TLS", host, str(port), message))
        self.host = host
        self.port = port


class AuthError(SmtpError):
    """Authentication was asked for and could not be had."""

    def __init__(self, message: str, host: str, port: int | str) -> None:
        super().__init__(message, ("SMTP", "AUTH", host, str(port), message))
        self.host = host
        self.port = port


class SaslError(SmtpError):
    """A step of an authentication that cannot be taken, or a challenge that is wrong.

    `mechanism` names it as in AUTH and `why` says the reason in a few words; the password is in none of them.
    """

    def __init__(self, mechanism: str, why: str) -> None:
        super().__init__(f"{mechanism}: {why}", ("SMTP", "AUTH", mechanism, why))
        self.mechanism = mechanism
        self.why = why


class ServerProofError(SaslError):
    """The server did not prove that it knows the password, as the mechanism asks of it: trust it with nothing more."""
