"""Fixtures for the tests of sending."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tclsmtp.smtp.transport import Transport, connect
from tclsmtp.smtp.waiting import SelectorWaiter


@pytest.fixture
def pair() -> Iterator[tuple[Transport, socket.socket]]:
    """A transport, and the socket at its other end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = connect("127.0.0.1", listener.getsockname()[1], SelectorWaiter(), 5)
        server, _ = listener.accept()
    with server:
        yield client, server
    client.close()
