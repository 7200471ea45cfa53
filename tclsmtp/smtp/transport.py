"""The sockets under an SMTP conversation.

Nothing here knows SMTP. Errors of the operating system and of the resolver leave as TransportError and in no other
form, and whoever has to wait does so through a Waiter: inside Tcl that runs Tcl's event loop, in plain Python it is a
selector.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from errno import EALREADY, EINPROGRESS, EISCONN, EWOULDBLOCK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from tclsmtp.smtp.waiting import Waiter

    SocketAddress = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]

CONNECTING = (EINPROGRESS, EALREADY, EWOULDBLOCK)

RECEIVE_SIZE = 65_536
"""Octets asked for in one recv: any reply fits, so that one call is enough for it."""

EAGER_TRIES = 40
"""How often a receive looks for itself before it waits, some 60 us in all. A server on the same machine has answered by
then, and to be woken by the system or by Tcl would take longer than that."""


class TransportError(Exception):
    """A connection that could not be made, or broke. The text says why in a few words."""


class TlsFailure(TransportError):
    """TLS could not be agreed on: the server's `certificate` was not trusted, or the handshake `timed_out`, or else."""

    def __init__(self, why: str, *, certificate: bool = False, timed_out: bool = False) -> None:
        super().__init__(why)
        self.certificate = certificate
        self.timed_out = timed_out


@dataclass(frozen=True, slots=True)
class TlsState:
    """The TLS of a connection: version and cipher as OpenSSL names them, and whether the certificate was verified."""

    version: str
    cipher: str
    verified: bool


class _Translated:
    """The one place where errors of the operating system become TransportError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, traceback: TracebackType | None) -> None:
        if isinstance(error, socket.gaierror):
            raise TransportError((error.strerror or str(error)).lower()) from error
        if isinstance(error, UnicodeError):
            raise TransportError("no host name") from error
        if isinstance(error, OSError):
            raise TransportError(reason_of(error.errno) if error.errno else str(error)) from error


translated = _Translated()


def reason_of(errno: int) -> str:
    """The words that the system has for a number of an error."""
    return os.strerror(errno).lower()


def host_name() -> str:
    """The name of this machine, as Tcl's `info hostname`."""
    with translated:
        return socket.gethostname()


class Transport:
    """A connected socket that never blocks: what cannot be done at once waits through the waiter."""

    _not_now: tuple[type[OSError], ...] = (BlockingIOError, InterruptedError)
    """What a socket raises where nothing is there."""

    def __init__(self, sock: socket.socket, waiter: Waiter) -> None:
        self._socket = sock
        self._fd = sock.fileno()
        self._waiter = waiter

    def receive(self, take: Callable[[bytes], bool], timeout: float | None) -> None:
        """Give `take` what arrives, b"" at the end or when the connection broke, until it answers True.

        `take` must not raise. Raises TimeoutError after `timeout` seconds (None waits for ever).
        """
        receive = self._socket.recv

        def ready() -> bool:
            try:
                data = receive(RECEIVE_SIZE)
            except (BlockingIOError, InterruptedError):
                return False
            except OSError:
                data = b""
            return take(data)

        for _ in range(EAGER_TRIES):
            if ready():
                return
        self._waiter.wait(self._fd, False, ready, timeout)

    def receive_now(self, take: Callable[[bytes], bool]) -> None:
        """Give `take` what has arrived already, b"" at the end or when the connection broke. Waits for nothing."""
        try:
            data = self._socket.recv(RECEIVE_SIZE)
        except self._not_now:
            return
        except OSError:
            data = b""
        take(data)

    def send(self, data: bytes, timeout: float | None) -> None:
        """Send all of `data`.

        Raises TransportError when the connection broke, TimeoutError when `timeout` seconds (None waits for ever)
        passed before all was taken.
        """
        with translated:
            try:
                sent = self._socket.send(data)
            except (BlockingIOError, InterruptedError):
                sent = 0
        if sent < len(data):
            self._send_rest(memoryview(data)[sent:], timeout)

    def _send_rest(self, rest: memoryview, timeout: float | None) -> None:
        failure: OSError | None = None

        def ready() -> bool:
            nonlocal rest, failure
            try:
                rest = rest[self._socket.send(rest) :]
            except (BlockingIOError, InterruptedError):
                return False
            except OSError as error:
                failure = error
                return True
            return not rest

        self._waiter.wait(self._fd, True, ready, timeout)
        with translated:
            if failure is not None:
                raise failure

    def send_if_possible(self, data: bytes) -> None:
        """Send `data` if that needs no waiting and the connection still stands: a farewell nobody waits for."""
        try:
            self._socket.send(data)
        except OSError:
            return

    def is_local(self) -> bool:
        """Whether the server is on this machine, so that nobody on a network can listen."""
        try:
            host = self._socket.getpeername()[0]
        except OSError:
            return False
        return isinstance(host, str) and (host.startswith(("127.", "::ffff:127.")) or host == "::1")

    def certificate(self) -> bytes | None:
        """The server's certificate in DER form, None where it has shown none."""
        return None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


def connect(host: str, port: str | int, waiter: Waiter, timeout: float | None) -> Transport:
    """A connection to `host` (a name or an IP address) and `port` (a number or a service name).

    Each address of the host is tried in turn, `timeout` seconds each. Raises TransportError with the reason of the
    last address that failed, TimeoutError if that one did not answer.
    """
    failure: TransportError | TimeoutError = TransportError("no address")
    for family, address in resolve(host, port):
        try:
            return _connect_to(family, address, waiter, timeout)
        except (TransportError, TimeoutError) as error:
            failure = error
    raise failure


def _connect_to(family: int, address: SocketAddress, waiter: Waiter, timeout: float | None) -> Transport:
    with translated:
        sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        with translated:
            sock.setblocking(False)
            # Commands are small writes: Nagle's algorithm would make each wait for the ACK of the one before.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            errno = sock.connect_ex(address)
            if errno in CONNECTING:
                # A neighbour has answered by now; asked again, the socket says so without a wait.
                errno = sock.connect_ex(address)
        if errno in CONNECTING:
            waiter.wait(sock.fileno(), True, lambda: True, timeout)
            errno = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if errno not in (0, EISCONN):
            raise TransportError(reason_of(errno))
    except BaseException:
        sock.close()
        raise
    return Transport(sock, waiter)


def resolve(host: str, port: str | int) -> list[tuple[int, SocketAddress]]:
    """The family and address of each place where `host` may answer. Raises TransportError.

    An IPv4 address needs no resolver.
    """
    number = _port_number(port)
    if host[:1].isdecimal() and _is_ipv4(host):
        return [(socket.AF_INET, (host, number))]
    if "\0" in host:
        raise TransportError("no host name")
    with translated:
        # Given as str, getaddrinfo would import the IDNA codec even for a name that is ASCII.
        name = ascii_name(host).encode("ascii")
        found = socket.getaddrinfo(name, number, type=socket.SOCK_STREAM)
    return [(family, address) for family, _, _, _, address in found]


def ascii_name(host: str) -> str:
    """The name as the resolver and certificates have it (IDNA 2008). Raises UnicodeError for one that is none."""
    if host.isascii():
        return host
    from tclsmtp.smtp.international import ascii_domain

    return ascii_domain(host)


def _is_ipv4(host: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET, host)
    except OSError:
        return False
    return True


def _port_number(port: str | int) -> int:
    try:
        number = int(port)
    except ValueError:
        try:
            number = socket.getservbyname(str(port), "tcp")
        except OSError:
            raise TransportError("unknown port") from None
    if not 0 <= number <= 65_535:
        raise TransportError("port number out of range")
    return number
