"""Run Tcl programs written for tcllib's smtp and mime packages, unchanged, with Python delivering the mail."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.bridge.interpreter import Interpreter, install
    from tclsmtp.dialect import Dialect
    from tclsmtp.errors import (
        AddressError,
        AuthError,
        ConnectError,
        ConnectTimeoutError,
        CredentialError,
        MalformedReplyError,
        MimeError,
        OptionError,
        PolicyError,
        RefusedError,
        ReplyTimeoutError,
        SmtpError,
        SpoolError,
        TclError,
        TclsmtpError,
        TclUnavailableError,
        TlsError,
        TlsTimeoutError,
        UnknownOutcomeError,
    )
    from tclsmtp.mime.part import Part
    from tclsmtp.policy.credentials import Credentials, Secret
    from tclsmtp.policy.oauth import OAuth
    from tclsmtp.policy.reusing import Reuse
    from tclsmtp.policy.route import Policy, Route
    from tclsmtp.policy.spooling import Spool
    from tclsmtp.smtp.options import Refusal, TlsSettings
    from tclsmtp.smtp.pool import Pool
    from tclsmtp.smtp.submit import sendmessage
    from tclsmtp.spool.keeper import Spooler

__version__ = "0.1.0"

_HOMES = {
    "Interpreter": "tclsmtp.bridge.interpreter",
    "install": "tclsmtp.bridge.interpreter",
    "Part": "tclsmtp.mime.part",
    "Refusal": "tclsmtp.smtp.options",
    "TlsSettings": "tclsmtp.smtp.options",
    "sendmessage": "tclsmtp.smtp.submit",
    "Dialect": "tclsmtp.dialect",
    "Policy": "tclsmtp.policy.route",
    "Route": "tclsmtp.policy.route",
    "Credentials": "tclsmtp.policy.credentials",
    "Secret": "tclsmtp.policy.credentials",
    "OAuth": "tclsmtp.policy.oauth",
    "Reuse": "tclsmtp.policy.reusing",
    "Pool": "tclsmtp.smtp.pool",
    "Spool": "tclsmtp.policy.spooling",
    "Spooler": "tclsmtp.spool.keeper",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: `tclsmtp run` must not pay for what its script does not use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES.get(name, "tclsmtp.errors")), name)
    globals()[name] = value
    return value


__all__ = [  # noqa: RUF022  grouped by what a reader looks for
    # running Tcl
    "Interpreter",
    "install",
    "TclError",
    "TclUnavailableError",
    # messages
    "Part",
    "Dialect",
    "MimeError",
    # sending
    "sendmessage",
    "Refusal",
    "TlsSettings",
    "SmtpError",
    "AddressError",
    "ConnectError",
    "ConnectTimeoutError",
    "RefusedError",
    "ReplyTimeoutError",
    "MalformedReplyError",
    "UnknownOutcomeError",
    "TlsError",
    "TlsTimeoutError",
    "AuthError",
    # what the operator decides
    "Policy",
    "Route",
    "Credentials",
    "Secret",
    "OAuth",
    "CredentialError",
    "PolicyError",
    "Reuse",
    "Pool",
    "Spool",
    "Spooler",
    "SpoolError",
    # common to all
    "TclsmtpError",
    "OptionError",
    "__version__",
]
