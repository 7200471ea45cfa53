"""As many.tcl, but only the bytes: what tclsmtp sends for one message, written again and again in as few writes as SMTP
with PIPELINING allows. Nothing that speaks SMTP over new connections from Python can be much faster.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.support.sink import EHLO_KEYWORDS, Rules, Session, Sink

TCLSMTP = Path(sys.executable).with_name("tclsmtp")
ONE = Path(__file__).with_name("one.tcl")


def capture() -> Session:
    """What tclsmtp says when it sends one message."""
    keywords = ("CHUNKING", *EHLO_KEYWORDS) if os.environ["SINK_CHUNKING"] else EHLO_KEYWORDS
    with Sink(Rules(ehlo=keywords)) as sink:
        subprocess.run([TCLSMTP, "run", ONE], env=os.environ | {"SINK_PORT": str(sink.port)}, check=True)
    return sink.sessions[0]


def writes(session: Session) -> list[tuple[bytes, bytes]]:
    """Bytes to send, each with the end of the reply to wait for before the next."""
    text = session.messages[0].text
    turns = []
    pending = b""
    for command in session.commands:
        pending += text if command == "<bytes>" else command.encode() + b"\r\n"
        waits_for = {"EHLO": b"SIZE 104857600\r\n", "DATA": b"354 go\r\n", "QUIT": b"221 bye\r\n"}.get(command[:4])
        if waits_for:
            turns.append((pending, waits_for))
            pending = b""
    return turns


def send(port: int, turns: list[tuple[bytes, bytes]]) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        expect(client, b"ESMTP\r\n")
        for data, waits_for in turns:
            client.sendall(data)
            expect(client, waits_for)


def expect(client: socket.socket, end: bytes) -> None:
    received = b""
    while not received.endswith(end):
        data = client.recv(4096)
        if not data:
            raise EOFError(received)
        received += data


def run(port: int, turns: list[tuple[bytes, bytes]], messages: int) -> None:
    for _ in range(messages):
        send(port, turns)


def main() -> None:
    port, messages = int(os.environ["SINK_PORT"]), int(sys.argv[1])
    turns = writes(capture())
    run(port, turns, 3)
    start = time.perf_counter()
    run(port, turns, messages)
    print((time.perf_counter() - start) / messages)


if __name__ == "__main__":
    main()
