"""The server of the benches: one thread, one write for all replies that are due, nothing kept.

    sink.py [--no-chunking]

It prints its port and serves until its standard input ends.
"""

from __future__ import annotations

import selectors
import socket
import sys

CHUNKING = b"250-CHUNKING\r\n"
EHLO_REPLY = b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n" + CHUNKING + b"250 SIZE 104857600\r\n"
REPLIES = {
    b"EHLO": EHLO_REPLY,
    b"HELO": b"250 sink.example\r\n",
    b"MAIL": b"250 sender ok\r\n",
    b"RCPT": b"250 recipient ok\r\n",
    b"DATA": b"354 go\r\n",
    b"BDAT": b"250 queued\r\n",
    b"RSET": b"250 ok\r\n",
    b"QUIT": b"221 bye\r\n",
}
END_OF_TEXT = b"\r\n.\r\n"


class Conversation:
    """What one client has sent and was not answered yet."""

    def __init__(self) -> None:
        self.pending = b""
        self.in_text = False
        self.skip = 0
        self.over = False

    def answer(self, data: bytes) -> bytes:
        """The replies to `data`, which follows what came before."""
        self.pending += data
        replies = []
        while self.pending and not self.over:
            reply = self._text() if self.in_text else self._command()
            if reply is None:
                break
            replies.append(reply)
        return b"".join(replies)

    def _text(self) -> bytes | None:
        end = self.pending.find(END_OF_TEXT)
        if end < 0:
            # Only the tail matters: what was searched is dropped, so that long messages cost no more than their size.
            self.pending = self.pending[-len(END_OF_TEXT) + 1 :]
            return None
        self.pending = self.pending[end + len(END_OF_TEXT) :]
        self.in_text = False
        return b"250 queued\r\n"

    def _command(self) -> bytes | None:
        if self.skip:
            skipped = min(self.skip, len(self.pending))
            self.pending = self.pending[skipped:]
            self.skip -= skipped
            return None if self.skip else REPLIES[b"BDAT"]
        end = self.pending.find(b"\r\n")
        if end < 0:
            return None
        line, self.pending = self.pending[:end], self.pending[end + 2 :]
        verb = line[:4].upper()
        if verb == b"BDAT":
            self.skip = int(line.split()[1])
            return b"" if self.skip else REPLIES[b"BDAT"]
        self.in_text = verb == b"DATA"
        self.over = verb == b"QUIT"
        return REPLIES.get(verb, b"500 unknown command\r\n")


def serve(listener: socket.socket) -> None:
    """Answer every client, until standard input ends."""
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    selector.register(sys.stdin.buffer, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                client, _ = listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                client.sendall(b"220 sink.example ESMTP\r\n")
                selector.register(client, selectors.EVENT_READ, Conversation())
            elif isinstance(key.fileobj, socket.socket):
                if not converse(key.fileobj, key.data):
                    selector.unregister(key.fileobj)
                    key.fileobj.close()
            else:
                return


def converse(client: socket.socket, conversation: Conversation) -> bool:
    """One step of a conversation; whether it goes on."""
    try:
        data = client.recv(262144)
        client.sendall(conversation.answer(data))
    except ConnectionError:
        return False
    return bool(data) and not conversation.over


def main() -> None:
    if sys.argv[1:] == ["--no-chunking"]:
        REPLIES[b"EHLO"] = EHLO_REPLY.replace(CHUNKING, b"")
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        print(listener.getsockname()[1], flush=True)
        serve(listener)


if __name__ == "__main__":
    main()
