"""A whole SMTP server with one fault in it: at a given step it does, in place of its reply, what the fault says."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Self

CONNECT, BANNER, EHLO, HELO, STARTTLS, HANDSHAKE, EHLO_AGAIN = (
    "connect banner EHLO HELO STARTTLS handshake EHLO-in-TLS".split()
)
AUTH, USERNAME, PASSWORD = "AUTH user-name password".split()
MAIL, RCPT_FIRST, RCPT_LAST, DATA, BDAT, BODY, END, RSET, QUIT = (
    "MAIL RCPT-first RCPT-last DATA BDAT body end-of-data RSET QUIT".split()
)

PATIENCE = 10
"""Seconds after which the server gives up on a client that does not go away; no test comes near."""

LONG_LINE = 2_000_000
TRICKLE_SECONDS = 0.01
REFUSES = {"4xx": b"450 not now\r\n", "5xx": b"550 not here\r\n"}
WRONG_CODES = {BANNER: b"250", STARTTLS: b"250", AUTH: b"250", USERNAME: b"250", PASSWORD: b"334", DATA: b"250"}
AUTH_STEPS = {AUTH: b"334 VXNlcm5hbWU6\r\n", USERNAME: b"334 UGFzc3dvcmQ6\r\n", PASSWORD: b"235 in\r\n"}
GARBAGE = b"\xff\xfe hello\r\n"
EXTRA = b"250 extra\r\n"
FATAL_ALERT = b"\x15\x03\x03\x00\x02\x02\x28"
BEGINNING_OF_A_RECORD = b"\x16\x03\x03\x40\x00"


class Gone(Exception):
    """The connection is over."""


class Link:
    """A connection: lines in, replies out, which wait until no command is left to be read."""

    def __init__(self, sock: socket.socket, client_is_done: Event) -> None:
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.client_is_done = client_is_done
        self.silent = False
        self.drips = False
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._arrived = b""
        self._waiting = b""
        self._sips = 0

    def line(self) -> bytes:
        while b"\n" not in self._arrived:
            self.flush()
            self._arrived += self._recv()
        line, _, self._arrived = self._arrived.partition(b"\n")
        return line

    def octets(self, count: int) -> None:
        """Read over a chunk."""
        while len(self._arrived) < count:
            self._arrived += self._recv()
        self._arrived = self._arrived[count:]

    def some_octets(self) -> None:
        """Read over what there is."""
        self._arrived = b""
        self._recv()

    def sip(self, times: int) -> None:
        """Take one octet a time from the network, so many times."""
        self._sips = times

    def to_end_of_data(self) -> None:
        self.flush()
        while (end := self._arrived.find(b"\r\n.\r\n")) < 0:
            self._arrived = self._arrived[-4:] + self._recv()
        self._arrived = self._arrived[end + 5 :]

    def reply(self, data: bytes) -> None:
        self._waiting += data

    def flush(self) -> None:
        data, self._waiting = self._waiting, b""
        if data and not self.silent:
            self._send(data)

    def raw(self, data: bytes) -> None:
        """Send octets beside TLS."""
        self.flush()
        self.sock.sendall(data)

    def secure(self, context: ssl.SSLContext) -> None:
        self.flush()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._pass_on()
                self._incoming.write(self._receive())
            else:
                return self._pass_on()

    def say_goodbye(self) -> None:
        """Take leave as TLS wants it, with a close_notify."""
        assert self._tls is not None
        self.flush()
        try:
            self._tls.unwrap()
        except ssl.SSLWantReadError:
            self._pass_on()

    def end(self) -> None:
        """Say no more; what the client says is still read."""
        self.flush()
        self.silent = True
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        self.flush()
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()
        raise Gone

    def _send(self, data: bytes) -> None:
        if self._tls is None:
            self._write(data)
        else:
            self._tls.write(data)
            self._pass_on()

    def _pass_on(self) -> None:
        self._write(self._outgoing.read())

    def _write(self, data: bytes) -> None:
        for piece in (data[at : at + 1] for at in range(len(data))) if self.drips else (data,):
            self.sock.sendall(piece)

    def _receive(self) -> bytes:
        data = self.sock.recv(1 if self._sips else 65_536)
        self._sips = max(0, self._sips - 1)
        if not data:
            raise Gone
        return data

    def _recv(self) -> bytes:
        if self._tls is None:
            return self._receive()
        while True:
            try:
                data = self._tls.read(65_536)
            except ssl.SSLWantReadError:
                self._incoming.write(self._receive())
            else:
                if not data:
                    raise Gone
                return data


class FaultyServer:
    """Listens on a port of 127.0.0.1, one connection at a time.

    At `step` it commits `fault`. `taken` counts the messages whose end it has read and that it did not refuse: it has
    them, whether the client gets to know that or not. `begun` counts the connections. `impatient` says that a client
    did not go away in time, `idle` is set while there is none.
    """

    def __init__(
        self,
        step: str = "",
        fault: str = "",
        *,
        extensions: tuple[str, ...] = (),
        refused: tuple[str, ...] = (),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.begun = 0
        self.taken = 0
        self.impatient = False
        self.idle = Event()
        self.idle.set()
        self._step, self._fault = step, fault
        self._extensions = extensions
        self._refused = refused
        self._tls = tls
        self._listener = socket.create_server(
            ("127.0.0.1", 0), backlog=0 if (step, fault) == (CONNECT, "silence") else 5
        )
        self.port: int = self._listener.getsockname()[1]
        if step == BODY:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        self._filling: list[socket.socket] = []
        self._client_is_done = Event()
        self._thread = Thread(target=self._serve)

    def __enter__(self) -> Self:
        if self._step != CONNECT:
            self._thread.start()
        elif self._fault == "refused":
            self._listener.close()
        else:
            self._fill_the_queue()
        return self

    def __exit__(self, *_: object) -> None:
        self._client_is_done.set()
        if self._step == CONNECT:
            for sock in self._filling:
                sock.close()
        else:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._thread.join()
        self._listener.close()

    def _fill_the_queue(self) -> None:
        """Once the queue of connections that nobody accepts is full, the system does not answer to any more."""
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", self.port))
            self._filling.append(sock)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.begun += 1
            self.idle.clear()
            with sock:
                try:
                    Service(self, Link(sock, self._client_is_done)).run()
                except TimeoutError:
                    self.impatient = True
                except (Gone, OSError):
                    pass
            self.idle.set()


class Service:
    """What the server does on one connection."""

    def __init__(self, server: FaultyServer, link: Link) -> None:
        self._server = server
        self._link = link
        self._step, self._fault = server._step, server._fault
        self._secure = False
        self._sender = False
        self._named = 0
        self._recipients = 0

    def run(self) -> None:
        self._answer(BANNER, b"220 hello\r\n")
        while True:
            line = self._link.line().rstrip(b"\r").decode("latin-1")
            getattr(self, f"_{line.partition(' ')[0].lower()}", self._unknown)(line)

    def _unknown(self, _: str) -> None:
        self._link.reply(b"500 what?\r\n")

    def _answer(self, step: str, reply: bytes) -> bool:
        """Reply to a step, or commit the fault; whether the server itself takes that for a yes."""
        if step != self._step:
            self._link.reply(reply)
            return reply[:1] in b"23"
        self._commit(step, reply)
        return self._fault not in REFUSES

    def _commit(self, step: str, reply: bytes) -> None:
        link, fault = self._link, self._fault
        if fault in REFUSES:
            link.reply(REFUSES[fault])
        elif fault == "wrong code":
            link.reply(WRONG_CODES.get(step, b"354") + reply[3:])
        elif fault == "garbage":
            link.reply(GARBAGE)
        elif fault == "extra":
            link.reply(reply + EXTRA)
        else:
            link.flush()
            _BREAKS[fault](link, reply)

    def _ehlo(self, _: str) -> None:
        step = EHLO_AGAIN if self._secure else EHLO
        keywords = [word for word in self._server._extensions if not (self._secure and word == STARTTLS)]
        lines = ["hello", *keywords]
        reply = "".join(f"250{'-' if n < len(lines) - 1 else ' '}{line}\r\n" for n, line in enumerate(lines))
        self._answer(step, b"502 no EHLO\r\n" if self._step == HELO else reply.encode())

    def _helo(self, _: str) -> None:
        self._answer(HELO, b"250 hello\r\n")

    def _starttls(self, _: str) -> None:
        self._answer(STARTTLS, b"220 go\r\n")
        if self._step == STARTTLS and self._fault != "drip":
            return
        if self._step == HANDSHAKE and self._fault in _HANDSHAKE_FAULTS:
            self._link.flush()
            # What came together with the reply would be a fault of STARTTLS.
            self._link.some_octets()
            _HANDSHAKE_FAULTS[self._fault](self._link)
            return
        assert self._server._tls is not None
        self._link.drips = (self._step, self._fault) == (HANDSHAKE, "drip")
        self._link.secure(self._server._tls)
        self._link.drips = False
        self._secure = True
        if (self._step, self._fault) == (HANDSHAKE, "extra"):
            self._link.raw(EXTRA)

    def _auth(self, _: str) -> None:
        cancelled = (self._step, self._fault) == (PASSWORD, "wrong code")
        for step, reply in AUTH_STEPS.items():
            self._answer(step, reply)
            if (step == self._step and self._fault != "drip" and not cancelled) or (step == PASSWORD and not cancelled):
                return
            self._link.line()
        self._link.reply(b"501 cancelled\r\n")

    def _mail(self, _: str) -> None:
        self._sender = self._answer(MAIL, b"250 ok\r\n")
        self._named = self._recipients = 0

    def _rcpt(self, line: str) -> None:
        step = (RCPT_FIRST, RCPT_LAST)[min(self._named, 1)]
        self._named += 1
        refused = not self._sender or any(address in line for address in self._server._refused)
        if self._answer(step, b"550 no\r\n" if refused else b"250 ok\r\n"):
            self._recipients += 1

    def _data(self, _: str) -> None:
        if not self._recipients:
            self._link.reply(b"503 no recipient\r\n")
        elif self._answer(DATA, b"354 go\r\n"):
            self._link.flush()
            if self._step == BODY:
                self._link.some_octets()
                _BODY_FAULTS[self._fault](self._link)
            self._link.to_end_of_data()
            if self._step == BODY and self._fault not in ("drip", "wrong code"):
                return
            self._take(
                END, b"552 too much\r\n" if (self._step, self._fault) == (BODY, "wrong code") else b"250 queued\r\n"
            )

    def _bdat(self, line: str) -> None:
        self._link.octets(int(line.split()[1]))
        if self._recipients:
            self._take(BDAT, b"250 queued\r\n")
        else:
            self._link.reply(b"503 no recipient\r\n")

    def _take(self, step: str, reply: bytes) -> None:
        taken = reply[:1] == b"2" and not (step == self._step and self._fault in REFUSES)
        self._server.taken += taken
        self._sender = False
        self._recipients = 0
        self._answer(step, reply)

    def _rset(self, _: str) -> None:
        self._sender = False
        self._recipients = 0
        self._answer(RSET, b"250 ok\r\n")

    def _quit(self, _: str) -> None:
        self._answer(QUIT, b"221 bye\r\n")
        self._link.flush()
        if self._step != QUIT and not self._link.silent:
            raise Gone


def _close_before(link: Link, _: bytes) -> None:
    link.end()


def _close_within(link: Link, reply: bytes) -> None:
    link.reply(reply[:2])
    link.end()


def _close_in_text(link: Link, reply: bytes) -> None:
    link.reply(reply[:-3])
    link.end()


def _reset(link: Link, _: bytes) -> None:
    link.reset()


def _be_silent(link: Link, _: bytes) -> None:
    link.silent = True


def _drip(link: Link, reply: bytes) -> None:
    for octet in reply:
        link.reply(bytes([octet]))
        link.flush()


def _trickle(link: Link, reply: bytes) -> None:
    """Octet by octet of a reply that never ends: each comes in time, the reply does not."""
    deadline = time.monotonic() + PATIENCE
    for octet in (reply[:3] + b"-more\r\n") * 1000:
        try:
            link.reply(bytes([octet]))
            link.flush()
        except OSError:
            break
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(TRICKLE_SECONDS)
    link.silent = True


def _flood(piece: bytes) -> Callable[[Link, bytes], None]:
    def flood(link: Link, reply: bytes) -> None:
        link.reply(reply[:3])
        deadline = time.monotonic() + PATIENCE
        try:
            while time.monotonic() < deadline:
                link.reply(piece)
                link.flush()
        except OSError:
            link.silent = True
        else:
            raise TimeoutError

    return flood


def _long_line(link: Link, reply: bytes) -> None:
    link.reply(reply[:3] + b" " + b"x" * LONG_LINE + b"\r\n")


def _alert(link: Link, _: bytes) -> None:
    link.raw(FATAL_ALERT)
    link.silent = True


def _goodbye(link: Link, _: bytes) -> None:
    link.say_goodbye()
    link.silent = True


_BREAKS: dict[str, Callable[[Link, bytes], None]] = {
    "closed before": _close_before,
    "closed in code": _close_within,
    "closed in text": _close_in_text,
    "reset": _reset,
    "silence": _be_silent,
    "drip": _drip,
    "trickle": _trickle,
    "long line": _long_line,
    "endless": _flood(b"-more of it\r\n250" * 1000),
    "alert": _alert,
    "TLS closed": _goodbye,
}


def _close(link: Link) -> None:
    link.sock.close()
    raise Gone


def _close_within_a_record(link: Link) -> None:
    link.raw(BEGINNING_OF_A_RECORD)
    link.end()


def _trickle_a_record(link: Link) -> None:
    link.raw(BEGINNING_OF_A_RECORD)
    for _ in range(int(PATIENCE / TRICKLE_SECONDS)):
        link.raw(b"\0")
        time.sleep(TRICKLE_SECONDS)
    raise TimeoutError


_HANDSHAKE_FAULTS: dict[str, Callable[[Link], None]] = {
    "closed before": Link.end,
    "closed in code": _close_within_a_record,
    "reset": Link.reset,
    "silence": lambda link: _be_silent(link, b""),
    "trickle": _trickle_a_record,
    "garbage": lambda link: link.raw(GARBAGE),
    "alert": lambda link: link.raw(FATAL_ALERT),
}


def _say_early(reply: bytes) -> Callable[[Link], None]:
    def say(link: Link) -> None:
        link.reply(reply)
        link.flush()

    return say


def _close_midway(link: Link) -> None:
    for _ in range(10):
        link.some_octets()
    link.reset()


def _read_nothing(link: Link) -> None:
    link.client_is_done.wait(PATIENCE)


_BODY_FAULTS: dict[str, Callable[[Link], None]] = {
    "closed before": _close,
    "closed in text": _close_midway,
    "reset": Link.reset,
    "silence": _read_nothing,
    "drip": lambda link: link.sip(500),
    "4xx": _say_early(REFUSES["4xx"]),
    "5xx": _say_early(REFUSES["5xx"]),
    "wrong code": _say_early(b"250 queued\r\n"),
    "garbage": _say_early(GARBAGE),
}
