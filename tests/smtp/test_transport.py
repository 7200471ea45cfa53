"""Sockets that never block, and whose errors have one form."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Thread

import pytest

from tclsmtp.smtp import transport
from tclsmtp.smtp.transport import Transport, TransportError, connect, resolve
from tclsmtp.smtp.waiting import SelectorWaiter
from tests.smtp.server import reset

LARGE = b"0123456789abcdef" * 65_536 * 4
"""More than the buffers of a connection take at once."""


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def receive(client: Transport, size: int, timeout: float | None = 5) -> bytes:
    """`size` octets, or those up to the end."""
    received = b""

    def take(data: bytes) -> bool:
        nonlocal received
        received += data
        return not data or len(received) >= size

    client.receive(take, timeout)
    return received


def drip(server: socket.socket, count: int) -> None:
    for _ in range(count):
        server.sendall(b"x")


class CountingWaiter(SelectorWaiter):
    """Counts the waits."""

    def __init__(self) -> None:
        self.waits = 0

    def wait(self, fd: int, write: bool, ready: Callable[[], bool], timeout: float | None) -> None:
        self.waits += 1
        super().wait(fd, write, ready, timeout)


def test_what_is_there_is_received_without_waiting() -> None:
    waiter = CountingWaiter()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = connect("127.0.0.1", listener.getsockname()[1], waiter, 5)
        server, _ = listener.accept()
    with server:
        server.sendall(b"220 hello\r\n")
        while not _readable(client):
            pass
        waits = waiter.waits
        assert receive(client, 5) == b"220 hello\r\n"
        assert waiter.waits == waits
        client.close()


def _readable(client: Transport) -> bool:
    try:
        return bool(client._socket.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return False


def test_receive_waits_until_enough_has_come(pair: tuple[Transport, socket.socket]) -> None:
    client, server = pair
    writer = Thread(target=drip, args=(server, 10))
    writer.start()
    assert receive(client, 10) == b"x" * 10
    writer.join()


def test_a_closed_connection_gives_no_bytes(pair: tuple[Transport, socket.socket]) -> None:
    client, server = pair
    server.close()
    assert receive(client, 1) == b""


def test_silence_is_a_timeout(pair: tuple[Transport, socket.socket]) -> None:
    client, _ = pair
    with pytest.raises(TimeoutError):
        receive(client, 1, timeout=0.01)


def test_more_than_the_buffers_take_is_sent_whole(pair: tuple[Transport, socket.socket]) -> None:
    client, server = pair
    received: list[bytes] = []
    reader = Thread(target=lambda: received.extend(iter(lambda: server.recv(65_536), b"")))
    reader.start()
    client.send(LARGE, 5)
    client.close()
    reader.join()
    assert b"".join(received) == LARGE


def test_a_server_that_reads_nothing_is_a_timeout(pair: tuple[Transport, socket.socket]) -> None:
    client, _ = pair
    with pytest.raises(TimeoutError):
        client.send(LARGE, 0.01)


def test_sending_into_a_broken_connection_says_so(pair: tuple[Transport, socket.socket]) -> None:
    client, server = pair
    reset(server)
    assert receive(client, 1) == b""
    with pytest.raises(TransportError, match="broken pipe"):
        client.send(b"QUIT\r\n", 5)


def test_a_farewell_into_a_broken_connection_is_no_error(pair: tuple[Transport, socket.socket]) -> None:
    client, server = pair
    reset(server)
    assert receive(client, 1) == b""
    client.send_if_possible(b"QUIT\r\n")


@pytest.mark.parametrize(
    ("host", "port", "why"),
    [
        ("127.0.0.1", "no-such-service", "unknown port"),
        ("127.0.0.1", 65_536, "port number out of range"),
        ("127.0.0.1", "-1", "port number out of range"),
        ("a\0b", 25, "no host name"),
        ("\u00fc" * 80, 25, "no host name"),
    ],
)
def test_a_place_that_cannot_be_says_why(host: str, port: str | int, why: str) -> None:
    with pytest.raises(TransportError, match=why):
        resolve(host, port)


def test_an_unknown_name_says_what_the_resolver_says(monkeypatch: pytest.MonkeyPatch) -> None:
    def getaddrinfo(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(TransportError, match="name or service not known"):
        connect("mail.example", 25, SelectorWaiter(), 5)


def test_a_name_outside_ascii_is_looked_up_as_idna_2008_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """IDNA 2003 would ask for strasse.example, which may be somebody else's."""
    asked: list[object] = []

    def getaddrinfo(host: bytes, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    resolve("stra\u00dfe.example", 25)
    assert asked == [b"xn--strae-oqa.example"]


def test_an_address_needs_no_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "getaddrinfo")
    assert resolve("127.0.0.1", "25") == [(socket.AF_INET, ("127.0.0.1", 25))]


def test_a_refused_connection_says_so(closed_port: int) -> None:
    with pytest.raises(TransportError, match="connection refused"):
        connect("127.0.0.1", closed_port, SelectorWaiter(), 5)


def test_each_address_of_a_host_is_tried(closed_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        addresses = [(socket.AF_INET, ("127.0.0.1", port)) for port in (closed_port, listener.getsockname()[1])]
        monkeypatch.setattr(transport, "resolve", lambda host, port: addresses)
        connect("mail.example", 25, SelectorWaiter(), 5).close()
        listener.accept()[0].close()


def test_commands_do_not_wait_for_acknowledgements(pair: tuple[Transport, socket.socket]) -> None:
    client, _ = pair
    assert client._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
