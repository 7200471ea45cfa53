"""A certificate for a server on this machine, made on the spot."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from tclsmtp.errors import MigrateError

NAMES = ("127.0.0.1", "::1", "localhost")
"""What the certificate is for. Whatever name a script uses for its server, here it comes to one of them."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A server's side of TLS, and the certificate of the authority that a client has to trust for it, in PEM."""

    context: ssl.SSLContext
    authority: bytes


def make_identity() -> Identity:
    """A new key and certificate, signed by an authority that is forgotten at once.

    Raises MigrateError where trustme is not installed.
    """
    try:
        import trustme
    except ModuleNotFoundError as error:
        raise MigrateError("TLS needs trustme: pip install 'tclsmtp[migrate]'") from error
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*NAMES).configure_cert(context)
    return Identity(context, authority.cert_pem.bytes())
