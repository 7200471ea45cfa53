"""An SMTP server for tests: it follows a script of rules, and writes down what it was told.

    with Sink(Rules(replies={"RCPT TO:<bad": "550 no such user"})) as sink:
        ...  # a client talks to 127.0.0.1, port sink.port
    [session] = sink.sessions
    assert session.commands[-1] == "QUIT"

Leaving the block ends every connection, so that `sink.sessions` is complete after it. As a process,
`python sink.py [RULES.json]` prints its port, serves until its standard input ends, and then prints `render(sessions)`.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import BinaryIO, Self

EHLO_KEYWORDS = ("PIPELINING", "8BITMIME", "SIZE 104857600")
CHALLENGE = b"<1.2@sink>"
LINE_STARTS_WITH_DOT = re.compile(rb"(?:\A|(?<=\r\n))\.")
BARE_LINE_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n")
FAULTS = {"garbage": b"\xff\xfe\0 hello\r\n", "short": b"2\r\n", "half": b"250-and", "close": b""}
"""What the server says in place of a reply. After half a reply, or none, it closes the connection."""


@dataclass(frozen=True)
class Auth:
    """`mechs` are the mechanisms offered (PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256, SCRAM-SHA-512, XOAUTH2,
    OAUTHBEARER), separated by spaces.
    """

    mechs: str
    user: str
    password: str


@dataclass(frozen=True)
class Rules:
    r"""How the server behaves.

    `replies` and `faults` are found by the beginning of the command, `.` (the end of the message) or `banner`; the
    longest beginning that fits decides. A reply of several lines is written with `\n`. A fault is a key of FAULTS. With
    a context in `tls` STARTTLS is offered, or TLS begins with the first byte.
    """

    banner: str = "220 sink.example ESMTP"
    ehlo: tuple[str, ...] = EHLO_KEYWORDS
    replies: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    auth: Auth | None = None
    tls: ssl.SSLContext | None = None
    tls_from_start: bool = False

    @classmethod
    def load(cls, path: Path) -> Rules:
        """Rules from a JSON object with the fields of this class."""
        given = json.loads(path.read_text(encoding="utf-8"))
        if "auth" in given:
            given["auth"] = Auth(**given["auth"])
        return cls(**given)


@dataclass
class Message:
    """An accepted message: the command lines of its envelope, and its text with stuffed dots, as DATA carries it."""

    sender: str
    recipients: list[str]
    text: bytes

    @property
    def bare_line_breaks(self) -> int:
        return len(BARE_LINE_BREAK.findall(self.text))

    @property
    def content(self) -> bytes:
        """The text without the stuffed dots."""
        return LINE_STARTS_WITH_DOT.sub(b"", self.text)


@dataclass
class Session:
    """One connection: the lines that the client sent (`<bytes>` for a message's text) and the accepted messages.

    `end` is "quit", "eof" or "reset" when the client said goodbye, closed or broke the connection; "" while it lasts.
    """

    commands: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    end: str = ""
    tls: bool = False
    authed: bool = False


class Sink:
    """The server, listening on a port of 127.0.0.1 that the system chose; each connection has a thread."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.sessions: list[Session] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open = True
        self._connections: list[tuple[socket.socket, Thread]] = []
        self._acceptor = Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and end the connections, once what clients had sent is read."""
        self._open = False
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._acceptor.join()
        self._listener.close()
        for connection, thread in self._connections:
            _end_input(connection)
            thread.join()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if not self._open:
                connection.close()
                return
            session = Session()
            self.sessions.append(session)
            thread = Thread(target=_Conversation(connection, self.rules, session).run, daemon=True)
            self._connections.append((connection, thread))
            thread.start()


class _Closed(Exception):
    """The conversation is over."""


class _Conversation:
    """The server's side of one connection."""

    def __init__(self, connection: socket.socket, rules: Rules, session: Session) -> None:
        self.connection = connection
        self.rules = rules
        self.session = session
        self.input: BinaryIO = connection.makefile("rb")
        self.sender = ""
        self.recipients: list[str] = []
        self.chunks = b""

    def run(self) -> None:
        try:
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._converse()
        except _Closed:
            self.session.end = self.session.end or "eof"
        except (ConnectionError, ssl.SSLError):
            self.session.end = self.session.end or "reset"
        finally:
            self.input.close()
            self.connection.close()

    def _secure(self) -> None:
        """The handshake. The socket that was before is of no more use."""
        assert self.rules.tls
        self.connection = self.rules.tls.wrap_socket(self.connection, server_side=True)
        self.input = self.connection.makefile("rb")
        self.session.tls = True

    def _converse(self) -> None:
        if self.rules.tls_from_start:
            self._secure()
        commands: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "BDAT": self._bdat,
            "AUTH": self._auth,
            "STAR": self._starttls,
            "QUIT": self._quit,
        }
        self._reply("banner", self.rules.banner)
        while True:
            command = self._command()
            commands.get(command[:4].upper(), self._other)(command)

    def _command(self) -> str:
        line = self.input.readline()
        if not line:
            raise _Closed
        command = line.decode("latin-1").rstrip("\r\n")
        self.session.commands.append(command)
        return command

    def _reply(self, command: str, default: str) -> bool:
        """Answer by the rules or with `default`; whether the answer was a good one."""
        fault = _longest(self.rules.faults, command)
        if fault is not None:
            self.connection.sendall(FAULTS[fault])
            if fault in ("close", "half"):
                self._hang_up()
            return False
        text = _longest(self.rules.replies, command)
        text = default if text is None else text
        self.connection.sendall(text.replace("\n", "\r\n").encode("latin-1") + b"\r\n")
        return text[:1] in ("2", "3")

    def _hang_up(self) -> None:
        """Close so that the client sees an end of file: unread input would make it a reset."""
        self.connection.shutdown(socket.SHUT_WR)
        while self.connection.recv(65536):
            pass
        raise _Closed

    def _ehlo(self, command: str) -> None:
        keywords = list(self.rules.ehlo)
        if self.rules.tls and not self.session.tls:
            keywords.append("STARTTLS")
        if self.rules.auth:
            keywords.append(f"AUTH {self.rules.auth.mechs}")
        lines = ["sink.example", *keywords]
        self._reply(command, "\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))

    def _starttls(self, command: str) -> None:
        if self._reply(command, "220 go" if self.rules.tls else "500 unknown command") and self.rules.tls:
            self._secure()

    def _mail(self, command: str) -> None:
        self.sender, self.recipients = "", []
        if self._reply(command, "250 sender ok"):
            self.sender = command

    def _rcpt(self, command: str) -> None:
        if self._reply(command, "250 recipient ok" if self.sender else "503 MAIL first"):
            self.recipients.append(command)

    def _data(self, command: str) -> None:
        if not self._reply(command, "354 go" if self.recipients else "554 no valid recipients"):
            return
        lines: list[bytes] = []
        while (line := self.input.readline()) != b".\r\n" or (lines and not lines[-1].endswith(b"\r\n")):
            if not line:
                raise _Closed
            lines.append(line)
        self.session.commands += ["<bytes>", "."]
        self._finish_message(".", b"".join(lines))

    def _bdat(self, command: str) -> None:
        _, size, *last = command.split()
        chunk = self.input.read(int(size))
        if len(chunk) < int(size):
            raise _Closed
        self.session.commands.append("<bytes>")
        self.chunks += chunk
        if last:
            text, self.chunks = LINE_STARTS_WITH_DOT.sub(b"..", self.chunks), b""
            self._finish_message("." if self.recipients else command, text)
        else:
            self._reply(command, "250 go on" if self.recipients else "554 no valid recipients")

    def _finish_message(self, end: str, text: bytes) -> None:
        message = Message(self.sender, self.recipients, text)
        self.sender, self.recipients = "", []
        if self._reply(end, "250 queued" if message.recipients else "554 no valid recipients"):
            self.session.messages.append(message)

    def _auth(self, command: str) -> None:
        mechanism, _, initial = command[5:].partition(" ")
        auth = self.rules.auth
        if auth is None or mechanism.upper() not in auth.mechs.split():
            self._reply(command, "504 no such mechanism")
            return
        user, password = auth.user.encode(), auth.password.encode()
        match mechanism.upper():
            case "PLAIN":
                response = base64.b64decode(initial) if initial else self._challenge(b"")
                good = response.split(b"\0")[1:] == [user, password]
            case "LOGIN":
                name = base64.b64decode(initial) if initial else self._challenge(b"Username:")
                good = [name, self._challenge(b"Password:")] == [user, password]
            case "XOAUTH2" | "OAUTHBEARER":
                response = self._challenge(b"")
                good = user in response and b"\1auth=Bearer %b\1\1" % password in response
                if not good:
                    self._challenge(b'{"status":"401"}')
            case name if name.startswith("SCRAM-"):
                good = self._scram(name, auth, base64.b64decode(initial) if initial else self._challenge(b""))
            case _:
                digest = hmac.new(password, CHALLENGE, "md5").hexdigest().encode()
                good = self._challenge(CHALLENGE) == user + b" " + digest
        self.session.authed = self._reply(command, "235 welcome" if good else "535 authentication failed") and good

    def _scram(self, mechanism: str, auth: Auth, first: bytes) -> bool:
        """RFC 5802, without channel binding; whether the client knows the password."""
        # Only here: the process that the benches measure needs nothing of it.
        from scramp import ScramException, ScramMechanism

        scram = ScramMechanism(mechanism)
        known = {auth.user: scram.make_auth_info(auth.password)}
        server = scram.make_server(known.__getitem__)
        try:
            server.set_client_first(first.decode())
            server.set_client_final(self._challenge(server.get_server_first().encode()).decode())
        except (ScramException, KeyError):
            return False
        self._challenge(server.get_server_final().encode())
        return True

    def _challenge(self, text: bytes) -> bytes:
        self.connection.sendall(b"334 " + base64.b64encode(text) + b"\r\n")
        return base64.b64decode(self._command())

    def _quit(self, command: str) -> None:
        self.session.end = "quit"
        self._reply(command, "221 bye")
        raise _Closed

    def _other(self, command: str) -> None:
        known = command.upper().startswith(("HELO", "RSET", "NOOP"))
        if command.upper().startswith("RSET"):
            self.sender, self.recipients, self.chunks = "", [], b""
        self._reply(command, "250 ok" if known else "500 unknown command")


def render(sessions: list[Session]) -> str:
    """The sessions as text, in the form of the recordings."""
    lines: list[str] = []
    for number, session in enumerate(sessions):
        lines.append(f"session {number} end={session.end} tls={session.tls} authed={session.authed}")
        lines += [f"  C: {command}" for command in session.commands]
        for message in session.messages:
            lines += [f"  M: {message.sender}", f"  R: {' '.join(message.recipients)}"]
            text = message.text.decode("latin-1").replace("\r\n", "\n")
            lines += [f"  | {line}" for line in text.split("\n")]
            lines.append(f"  bare: {message.bare_line_breaks}")
    return "".join(f"{line}\n" for line in lines)


def _longest(rules: dict[str, str], command: str) -> str | None:
    keys = [key for key in rules if command.upper().startswith(key.upper())]
    return rules[max(keys, key=len)] if keys else None


def _end_input(connection: socket.socket) -> None:
    """Let the thread that reads see an end of file once it has read what is there."""
    try:
        connection.shutdown(socket.SHUT_RD)
    except OSError:
        return  # the thread, or the client, was faster


def main() -> None:
    rules = Rules.load(Path(sys.argv[1])) if len(sys.argv) > 1 else Rules()
    with Sink(rules) as sink:
        print(sink.port, flush=True)
        sys.stdin.buffer.read()
    print(render(sink.sessions), end="", flush=True)


if __name__ == "__main__":
    main()
