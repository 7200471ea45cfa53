"""A server that takes few messages at once, and says of the others that it cannot just now, in one way or another."""

from __future__ import annotations

import random
import socket
from collections import defaultdict
from email import message_from_bytes
from threading import Lock, Thread
from typing import BinaryIO, Self

MOODS = ("take", "take", "close", "banner", "mail", "one recipient", "end")


class MoodyServer:
    """Listens on a port of 127.0.0.1. `taken` has, by Message-ID, each recipient and content that it said yes to.

    What it took is in there before the client can know.
    """

    def __init__(self, seed: int) -> None:
        self.taken: defaultdict[str, list[tuple[str, bytes]]] = defaultdict(list)
        self.kind = False
        """Whether it takes everything from now on."""
        self._random = random.Random(seed)
        self._lock = Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [Thread(target=self._serve, daemon=True) for _ in range(4)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as lines:
                try:
                    self._converse(connection, lines)
                except OSError:
                    continue  # the client is dead

    def _converse(self, connection: socket.socket, lines: BinaryIO) -> None:
        mood = "take" if self.kind else self._random.choice(MOODS)
        if mood == "close":
            return
        recipients: list[str] = []
        connection.sendall(b"421 busy\r\n" if mood == "banner" else b"220 hello\r\n")
        for line in lines:
            match line[:4].upper():
                case b"MAIL":
                    reply = b"451 later\r\n" if mood == "mail" else b"250 ok\r\n"
                case b"RCPT" if mood == "one recipient":
                    mood, reply = "take", b"450 later\r\n"
                case b"RCPT":
                    recipients.append(line.decode().strip())
                    reply = b"250 ok\r\n"
                case b"DATA":
                    connection.sendall(b"354 go\r\n")
                    content = _content(lines)
                    if content is None:
                        return
                    reply = b"451 later\r\n" if mood == "end" else self._take(recipients, content)
                case _:
                    reply = b"250 ok\r\n"
            connection.sendall(reply)

    def _take(self, recipients: list[str], content: bytes) -> bytes:
        name = str(message_from_bytes(content)["Message-ID"])
        with self._lock:
            self.taken[name] += [(recipient, content) for recipient in recipients]
        return b"250 taken\r\n"


def _content(lines: BinaryIO) -> bytes | None:
    """A message, None where its end did not come."""
    content: list[bytes] = []
    for line in lines:
        if line == b".\r\n":
            return b"".join(content)
        content.append(line)
    return None
