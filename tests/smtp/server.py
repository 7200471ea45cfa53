"""A server that does exactly what its script says, for faults that no SMTP server would commit on purpose."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from threading import Thread
from typing import Self

Step = bytes | Callable[[socket.socket], None]
"""What to do next: send these bytes, or call this with the connection."""


def read_line(connection: socket.socket) -> None:
    """Wait for a whole line, so that the steps after it answer a command."""
    while connection.recv(1) not in (b"\n", b""):
        pass


def read_to_end_of_data(connection: socket.socket) -> None:
    """Wait for the end of a message."""
    tail = b""
    while tail != b"\r\n.\r\n" and (octet := connection.recv(1)):
        tail = (tail + octet)[-5:]


def reset(connection: socket.socket) -> None:
    """Break the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class ScriptedServer:
    """Listens on a port of 127.0.0.1; the n-th connection runs the n-th script, and then waits for the client to go.

    Leaving the block ends it, so that `received`, the bytes that came after each script, is complete.
    """

    def __init__(self, *scripts: list[Step]) -> None:
        self.received: list[bytes] = []
        self._scripts = scripts
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        for script in self._scripts:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                self.received.append(_run(script, connection))


def _run(script: list[Step], connection: socket.socket) -> bytes:
    try:
        for step in script:
            if isinstance(step, bytes):
                connection.sendall(step)
            else:
                step(connection)
        return b"".join(iter(lambda: connection.recv(65536), b""))
    except OSError:
        return b""
