"""As many_raw.py, with all messages on one connection, each in one write: the floor for any client in Python."""

from __future__ import annotations

import os
import socket
import sys
import time

from compat.bench.many_raw import capture, expect, writes


def run(client: socket.socket, message: bytes, messages: int) -> None:
    for _ in range(messages):
        client.sendall(message)
        expect(client, b"250 queued\r\n")


def main() -> None:
    port, messages = int(os.environ["SINK_PORT"]), int(sys.argv[1])
    (hello, greeted), (message, _) = writes(capture())
    message = message.removesuffix(b"QUIT\r\n")
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        expect(client, b"ESMTP\r\n")
        client.sendall(hello)
        expect(client, greeted)
        run(client, message, 3)
        start = time.perf_counter()
        run(client, message, messages)
        print((time.perf_counter() - start) / messages)
        client.sendall(b"QUIT\r\n")
        expect(client, b"221 bye\r\n")


if __name__ == "__main__":
    main()
