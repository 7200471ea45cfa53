"""A connection inside TLS."""

from __future__ import annotations

import ssl
import time

from tclsmtp.smtp.transport import (
    RECEIVE_SIZE,
    TlsFailure,
    TlsState,
    Transport,
    TransportError,
    ascii_name,
    reason_of,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tclsmtp.smtp.options import TlsSettings


class _TlsSocket(ssl.SSLSocket):
    """A socket that TLS can begin on even where the connection broke, so that the handshake fails and it is closed.

    wrap_socket takes it over, then asks who is at the other end, and would leave it open if nobody is.
    """

    def getpeername(self) -> Any:
        try:
            return super().getpeername()
        except OSError:
            return ("",)


class SecureTransport(Transport):
    """A connection inside TLS, which may want to read while it writes and write while it reads (RFC 8446, 4.6.3)."""

    _socket: ssl.SSLSocket

    def __init__(self, plain: Transport, settings: TlsSettings, host: str) -> None:
        name = settings.server_name or host or None
        try:
            context = make_context(settings)
            context.sslsocket_class = _TlsSocket
            if name:
                name = ascii_name(name)
                # With a name that is none, wrap_socket would fail after it took the socket over, and nobody could close
                # it.
                name.encode("idna")
            sock = context.wrap_socket(plain._socket, server_hostname=name, do_handshake_on_connect=False)
        except (OSError, ValueError) as error:  # files that are missing or no certificates, a name that is none
            raise TlsFailure(str(error)) from error
        super().__init__(sock, plain._waiter)
        self.verified = settings.verify
        self._read_wanted = (BlockingIOError, InterruptedError, ssl.SSLWantReadError)
        self._write_wanted = ssl.SSLWantWriteError
        self._not_now = (*self._read_wanted, self._write_wanted)

    def handshake(self, timeout: float | None) -> None:
        """Agree on TLS. Raises TlsFailure, also after `timeout` seconds."""

        def step() -> bool:
            self._socket.do_handshake()
            return True

        try:
            self._drive(step, timeout)
        except TimeoutError:
            raise TlsFailure("handshake timed out", timed_out=True) from None
        except OSError as error:
            raise _tls_failure(error) from error

    def receive(self, take: Callable[[bytes], bool], timeout: float | None) -> None:
        """As Transport.receive. What TLS has decrypted is taken before any wait: the socket would not tell of it."""

        def step() -> bool:
            while not take(self._socket.recv(RECEIVE_SIZE)):
                continue
            return True

        try:
            self._drive(step, timeout)
        except TimeoutError:
            raise
        except OSError:
            take(b"")

    def send(self, data: bytes, timeout: float | None) -> None:
        """As Transport.send."""
        rest = memoryview(data)

        def step() -> bool:
            nonlocal rest
            while rest:
                rest = rest[self._socket.send(rest) :]
            return True

        try:
            self._drive(step, timeout)
        except TimeoutError:
            raise
        except OSError as error:
            raise TransportError(_tls_reason(error)) from error

    def state(self) -> TlsState:
        """What was agreed on."""
        cipher = self._socket.cipher()
        return TlsState(self._socket.version() or "", cipher[0] if cipher else "", self.verified)

    def certificate(self) -> bytes | None:
        """The server's certificate in DER form."""
        return self._socket.getpeercert(True)

    def _drive(self, step: Callable[[], bool], timeout: float | None) -> None:
        """Call `step` until it is done, and wait for what it lacks in between.

        Raises the OSError of a step that failed, and TimeoutError after `timeout` seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        write = done = False
        failure: OSError | None = None

        def ready() -> bool:
            """Whether this wait is over: the step is done or failed, or the other direction is wanted."""
            nonlocal write, done, failure
            before = write
            try:
                done = step()
            except self._read_wanted:
                write = False
            except self._write_wanted:
                write = True
            except OSError as error:
                failure = error
            return done or failure is not None or write is not before

        ready()
        while not done and failure is None:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            self._waiter.wait(self._fd, write, ready, left)
        if failure is not None:
            raise failure


def _tls_failure(error: OSError) -> TlsFailure:
    if isinstance(error, ssl.SSLCertVerificationError):
        return TlsFailure(f"certificate not trusted: {error.verify_message.rstrip('.')}", certificate=True)
    return TlsFailure(_tls_reason(error))


def _tls_reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "TLS failed").replace("_", " ").lower()
    return reason_of(error.errno) if error.errno else "connection closed"


def make_context(settings: TlsSettings) -> ssl.SSLContext:
    """The client's side of TLS, 1.2 at least (RFC 8996). Raises OSError where a file cannot be used."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3 if settings.minimum == "1.3" else ssl.TLSVersion.TLSv1_2
    if not settings.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif settings.cafile or settings.cadir:
        context.load_verify_locations(settings.cafile or None, settings.cadir or None)
    else:
        context.load_default_certs()
    if settings.certfile:
        context.load_cert_chain(settings.certfile, settings.keyfile or None)
    return context
