"""The certificate of a capture server."""

from __future__ import annotations

import ssl
import sys

import pytest

from tclsmtp.errors import MigrateError
from tclsmtp.migrate.certificate import NAMES, make_identity


@pytest.mark.parametrize("name", NAMES)
def test_a_client_that_trusts_the_authority_verifies_it(name: str) -> None:
    identity = make_identity()
    trust = ssl.create_default_context(cadata=identity.authority.decode())
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trust.wrap_bio(to_client, to_server, server_hostname=name)
    server = identity.context.wrap_bio(to_server, to_client, server_side=True)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    client.do_handshake()
    server.do_handshake()
    assert client.getpeercert()


def test_each_server_has_its_own_authority() -> None:
    assert make_identity().authority != make_identity().authority


def test_without_trustme_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(MigrateError, match=r"^TLS needs trustme: pip install 'tclsmtp\[migrate\]'$"):
        make_identity()
