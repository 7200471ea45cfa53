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
    trace that Tcl wrote. `code` is Tcl's return code: 1 for an error; a callback may return with another, as 3 for
    `break`, and `message` is then what it answered.
    """

    def __init__(
        self, message: str, errorcode: tuple[str, ...] = ("NONE",), errorinfo: str = "", code: int = 1
    ) -> None:
        super().__init__(message, errorcode)
        self.errorinfo = errorinfo
        self.code = code


class TclUnavailableError(TclsmtpError, ImportError):
    """This Python has no tkinter, or Tcl itself cannot start."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ("TCLSMTP", "UNAVAILABLE"))


class OptionError(TclsmtpError, ValueError):
    """An option or argument that a command does not take, or a value outside of what it allows."""

    def __init__(self, message: str, errorcode: tuple[str, ...] = ("TCLSMTP", "OPTION")) -> None:
        super().__init__(message, errorcode)


class PolicyError(TclsmtpError, ValueError):
    """A policy that cannot be used: `file` and `key` say where ("" where that is not known), `why` the reason."""

    def __init__(self, file: str, key: str, why: str) -> None:
        place = f"{file}: {key}" if key else file
        super().__init__(f"{place}: {why}", ("TCLSMTP", "POLICY", file, key, why))
        self.file = file
        self.key = key
        self.why = why


class MigrateError(TclsmtpError):
    """Scripts cannot be compared, recorded or captured; the message says what is in the way."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ("TCLSMTP", "MIGRATE", message))


class SpoolError(TclsmtpError):
    """A queue of messages that cannot be used, or an entry that is not there: `place` says which, `why` the reason."""

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"{place}: {why}", ("TCLSMTP", "SPOOL", place, why))
        self.place = place
        self.why = why


class CredentialError(TclsmtpError):
    """A user name, password or token that the policy names and that cannot be had. The message never holds it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, ("TCLSMTP", "CREDENTIALS", message))


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


class ConnectTimeoutError(ConnectError, TimeoutError):
    """A ConnectError because the server did not answer in time."""


class RefusedError(SmtpError):
    """The server did not take MAIL, DATA or the message.

    `code` is the SMTP reply code, `text` the first line of the server's words, `more` its further lines, `step` the
    command that was refused, and `host` and `port` say by which server. A lost connection is code 400. The message is
    worded by the bridge as the dialect wants it; here it is tcllib 1.20's, `550: text`. `diagnostic` is the text with
    what else there is to say, which is nothing where the recordings have tcllib's own words.
    """

    def __init__(
        self,
        code: int,
        text: str,
        step: str,
        more: tuple[str, ...] = (),
        *,
        host: str = "",
        port: int | str = "",
        note: str = "",
    ) -> None:
        self.diagnostic = f"{text} ({note})" if note else text
        super().__init__(f"{code}: {self.diagnostic}", ("SMTP", str(code), text))
        self.code = code
        self.text = text
        self.step = step
        self.more = more
        self.host = host
        self.port = port


class ReplyTimeoutError(RefusedError, TimeoutError):
    """The server was silent for longer than it may be, and the message was not handed over."""

    def __init__(self, code: int, text: str, step: str, *, host: str, port: int | str) -> None:
        super().__init__(code, text, step, host=host, port=port, note=f"{host}:{port}: {step}")
        self.errorcode = ("SMTP", "TIMEOUT", host, str(port), step)


class MalformedReplyError(RefusedError):
    """The server said something that is no reply, or no reply to what it was asked. The message was not handed over."""

    def __init__(self, code: int, text: str, step: str, *, host: str, port: int | str) -> None:
        super().__init__(code, text, step, host=host, port=port)
        self.errorcode = ("SMTP", "PROTOCOL", host, str(port), step, text)


class UnknownOutcomeError(RefusedError):
    """The server was given the whole message, and nobody can tell whether it took it: a second send may double it.

    With `recorded` the message is in tcllib's words alone, else it says so too.
    """

    def __init__(self, code: int, text: str, step: str, *, host: str, port: int | str, recorded: bool = False) -> None:
        note = f"{host}:{port}: {step}: it is not known whether the message was delivered"
        super().__init__(code, text, step, host=host, port=port, note="" if recorded else note)
        self.errorcode = ("SMTP", "UNKNOWN", host, str(port), text)


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
    """TLS was asked for and could not be had.

    `code` and `text` are the server's reply to STARTTLS, or 454 and the reason where the handshake failed.
    """

    def __init__(self, host: str, port: int | str, step: str, code: int, text: str) -> None:
        message = f"{host}:{port}: {step}: {code} {text}"
        super().__init__(message, ("SMTP", "TLS", host, str(port), message))
        self.host = host
        self.port = port
        self.step = step
        self.code = code
        self.text = text


class TlsTimeoutError(TlsError, TimeoutError):
    """A TlsError because the server did not finish the handshake in time."""


class AuthError(SmtpError):
    """The server did not prove that it knows the password, as the mechanism asks of it."""

    def __init__(self, host: str, port: int | str, text: str) -> None:
        message = f"{host}:{port}: AUTH: {text}"
        super().__init__(message, ("SMTP", "AUTH", host, str(port), message))
        self.host = host
        self.port = port
        self.step = "AUTH"
        self.text = text


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
