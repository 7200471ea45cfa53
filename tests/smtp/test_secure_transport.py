"""TLS over a connection that is no good."""

from __future__ import annotations

import os
import socket

import pytest

from tclsmtp.smtp.options import TlsSettings
from tclsmtp.smtp.secure_transport import SecureTransport
from tclsmtp.smtp.transport import TlsFailure, Transport
from tests.smtp.server import reset


def test_a_plain_connection_has_shown_no_certificate(pair: tuple[Transport, socket.socket]) -> None:
    assert pair[0].certificate() is None


@pytest.mark.parametrize("greeting", [b"", b"220 hello\r\n"], ids=["reset", "reset after data"])
def test_tls_on_a_broken_connection_leaves_no_descriptor(
    pair: tuple[Transport, socket.socket], greeting: bytes
) -> None:
    client, server = pair
    server.sendall(greeting)
    reset(server)
    before = len(os.listdir("/proc/self/fd"))
    secure = SecureTransport(client, TlsSettings(), "127.0.0.1")
    with pytest.raises(TlsFailure):
        secure.handshake(5)
    assert not secure.is_local()
    secure.close()
    assert len(os.listdir("/proc/self/fd")) < before


def test_a_handshake_that_takes_too_long_says_so(pair: tuple[Transport, socket.socket]) -> None:
    client, _ = pair
    secure = SecureTransport(client, TlsSettings(), "127.0.0.1")
    with pytest.raises(TlsFailure, match="handshake timed out") as caught:
        secure.handshake(0.01)
    assert caught.value.timed_out
    secure.close()
