"""Certificates for servers on this machine, made on the spot."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import trustme


@cache
def authority() -> trustme.CA:
    """Who signs them."""
    return trustme.CA()


def server_context(name: str = "127.0.0.1", *, expired: bool = False, self_signed: bool = False) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate for that name."""
    signer = trustme.CA() if self_signed else authority()
    until = datetime.now(UTC) - timedelta(days=1) if expired else None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    signer.issue_cert(name, not_after=until).configure_cert(context)
    return context


def authority_file(folder: Path) -> str:
    """The path of a PEM file with the authority's certificate."""
    path = folder / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return str(path)


def client_certificate(folder: Path) -> str:
    """The path of a PEM file with a certificate of a client, and its key."""
    path = folder / "client.pem"
    authority().issue_cert("client.example").private_key_and_cert_chain_pem.write_to_path(str(path))
    return str(path)
