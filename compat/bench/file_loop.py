"""As file.tcl, with nothing but a loop over the lines: each is read, encoded and sent to a buffered socket."""

from __future__ import annotations

import os
import socket
import time
from binascii import b2a_base64
from io import BufferedRWPair
from pathlib import Path

OCTETS_OF_A_LINE = 57
HEADERS = (
    b"MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
    b"From: me@example.com\r\nTo: you@example.com\r\nSubject: A file\r\n\r\n"
)


def send(port: int, path: Path) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("rwb") as stream:
        expect(stream, b"220")
        for command, code in [
            (b"EHLO localhost", b"250"),
            (b"MAIL FROM:<me@example.com>", b"250"),
            (b"RCPT TO:<you@example.com>", b"250"),
            (b"DATA", b"354"),
        ]:
            stream.write(command + b"\r\n")
            expect(stream, code)
        stream.write(HEADERS)
        with path.open("rb") as file:
            while octets := file.read(OCTETS_OF_A_LINE):
                stream.write(b2a_base64(octets, newline=False) + b"\r\n")
        stream.write(b".\r\n")
        expect(stream, b"250")
        stream.write(b"QUIT\r\n")


def expect(stream: BufferedRWPair, code: bytes) -> None:
    stream.flush()
    line = stream.readline()
    while line[3:4] == b"-":
        line = stream.readline()
    if not line.startswith(code):
        raise ValueError(line)


def main() -> None:
    start = time.perf_counter()
    send(int(os.environ["SINK_PORT"]), Path(os.environ["BENCH_FOLDER"]) / "to_send.bin")
    print(time.perf_counter() - start)


if __name__ == "__main__":
    main()
