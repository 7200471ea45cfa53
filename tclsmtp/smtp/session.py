"""One connection to one server: a Conversation over a Transport, with tcllib's waits and its -debug output."""

from __future__ import annotations

from tclsmtp.errors import AuthError, ConnectError, RefusedError, TlsError
from tclsmtp.smtp import protocol
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.protocol import BANNER, DATA, EHLO, END_OF_DATA, HELO, MAIL, ONEX, QUED, QUIT, RCPT, RSET
from tclsmtp.smtp.reply import TIMED_OUT, Reply
from tclsmtp.smtp.transport import Transport, TransportError, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from tclsmtp.smtp.content import Content
    from tclsmtp.smtp.envelope import Plan
    from tclsmtp.smtp.transport import Waiter

SECONDS = {
    BANNER: 600,
    EHLO: 300,
    HELO: 300,
    ONEX: 300,
    QUED: 300,
    MAIL: 600,
    RCPT: 3600,
    DATA: 300,
    RSET: 300,
    QUIT: 120,
}
"""How long tcllib says it waits for the reply to each command (-debug); for the end of data -maxsecs says it."""

LONGEST_WAIT = 600
"""How long tcllib really waits at most, whatever it says. It also bounds the connect, and each stall while sending."""


class Session:
    """A connection to `server`, for as long as it lasts; a context manager that closes it.

    Between two servers nothing is shared: once `greet` has returned, the message goes to this one or to none.
    """

    def __init__(self, plan: Plan, server: str, port: str | int, transport: Transport) -> None:
        self._plan = plan
        self._server = server
        self._port = port
        self._transport = transport
        self._debug = plan.options.debug
        self._conversation = protocol.Conversation()
        self._left = False
        self._lost_told = False

    @classmethod
    def connect(cls, plan: Plan, server: str, port: str | int, waiter: Waiter) -> Self:
        """A session with `server`. Raises ConnectError, and TlsError where -tlsimport asks for TLS."""
        debug = plan.options.debug
        if debug:
            debug(f"Trying {server}...")
        if plan.options.tls_import:
            raise TlsError("-tlsimport asks for TLS, which this version does not speak", server, port)
        try:
            return cls(plan, server, port, connect(server, port, waiter, LONGEST_WAIT))
        except (TransportError, TimeoutError) as error:
            why = str(error) or "timed out"
            if debug:
                debug(f"    ... {why} ...")
            raise ConnectError(server, port, "connect", why) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def greet(self) -> None:
        """Exchange greetings, so that MAIL may follow.

        Raises ConnectError where the server will not have it, TlsError and AuthError where it offers what the options
        ask for.
        """
        self._must_accept(BANNER, self._read(SECONDS[BANNER]))
        client = self._plan.options.client or ("localhost" if self._server == "localhost" else self._plan.host)
        reply = self._exchange(EHLO, client)
        if not self._conversation.accepted and 500 <= reply.code < 600 and not reply.lost:
            self._must_accept(HELO, self._exchange(HELO, client))
        else:
            self._must_accept(EHLO, reply)
        extensions = self._conversation.extensions
        self._refuse_missing(extensions)
        # tcllib knows these two only where they stand alone on their line, and asks no more whether they worked.
        if extensions.get("ONEX") == "":
            self._exchange(ONEX)
        if self._plan.options.queue and extensions.get("XQUE") == "":
            self._exchange(QUED)

    def offer(self, recipients: tuple[str, ...], size: int) -> list[Refusal]:
        """Begin a message of `size` octets; the answer are the recipients that the server refused.

        Raises RefusedError when it refuses the originator; then it has also been told RSET and QUIT.
        """
        size_parameter = f" SIZE={size}" if "SIZE" in self._conversation.extensions else ""
        self._must_take(MAIL, self._exchange(MAIL, f"FROM:<{self._plan.envelope.originator}>{size_parameter}"))
        refusals = []
        for address in recipients:
            reply = self._exchange(RCPT, f"TO:<{address}>")
            if not self._conversation.accepted:
                refusals.append(Refusal(address, reply.code, reply.text))
        return refusals

    def withdraw(self) -> None:
        """Take the offer back: the server forgets the originator and the recipients."""
        self._exchange(RSET)

    def hand_over(self, content: Content) -> None:
        """Send the message that was offered.

        Raises RefusedError when the server refuses it; then it has also been told RSET and QUIT. What the files of a
        message raise while it is sent passes: without its end the server does not take it.
        """
        self._must_take(DATA, self._exchange(DATA))
        self._must_take(END_OF_DATA, self._send_content(content))

    def quit(self) -> None:
        """Take leave, if that was not done. The server's farewell is waited for only where -debug wants to show it."""
        if self._left:
            return
        self._left = True
        line = self._command(QUIT, "", SECONDS[QUIT])
        if self._debug:
            self._ask(line)
            self._read(SECONDS[QUIT])
        else:
            self._transport.send_if_possible(line)

    def _refuse_missing(self, extensions: dict[str, str]) -> None:
        options = self._plan.options
        if options.use_tls and "STARTTLS" in extensions:
            self.quit()
            raise TlsError(
                "the server offers STARTTLS, which this version does not speak; -usetls 0 sends without it",
                self._server,
                self._port,
            )
        if options.username and "AUTH" in extensions:
            self.quit()
            raise AuthError("-username asks for AUTH, which this version does not speak", self._server, self._port)

    def _must_accept(self, step: str, reply: Reply) -> None:
        if not self._conversation.accepted:
            why = reply.text if reply.lost else f"{reply.code} {reply.text}".rstrip()
            raise ConnectError(self._server, self._port, step, why)

    def _must_take(self, step: str, reply: Reply) -> None:
        if not self._conversation.accepted:
            self._abort()
            raise RefusedError(reply.code, reply.text, step, reply.lines[1:])

    def _abort(self) -> None:
        # tcllib sends both after a refusal without waiting for a reply, even where the connection is gone.
        self._left = True
        self._transport.send_if_possible(self._command(RSET, "", 0) + self._command(QUIT, "", 0))

    def _command(self, verb: str, argument: str, seconds: float | None) -> bytes:
        line = self._conversation.command(verb, argument)
        if self._debug:
            self._debug_command(line.decode("latin-1").removesuffix("\r\n"), seconds)
        return line

    def _debug_command(self, line: str, seconds: float | None) -> None:
        if self._debug:
            shown = seconds or 0
            self._debug(f"--> {line} (wait upto {int(shown) if shown == int(shown) else shown} seconds)")

    def _exchange(self, verb: str, argument: str = "") -> Reply:
        seconds = SECONDS[verb]
        self._ask(self._command(verb, argument, seconds))
        return self._read(min(seconds, LONGEST_WAIT))

    def _ask(self, line: bytes) -> None:
        if not self._conversation.lost:
            self._send(line)

    def _send_content(self, content: Content) -> Reply:
        chunks = self._conversation.content(content.chunks())
        if self._debug:
            self._debug_command(END_OF_DATA, self._plan.seconds)
        for chunk in chunks:
            if not self._send(chunk):
                break
        return self._read(self._plan.seconds)

    def _send(self, data: bytes) -> bool:
        """Whether the server took it. Where it did not, it may yet have said why: the next read tells."""
        try:
            self._transport.send(data, LONGEST_WAIT)
        except TransportError:
            return False
        except TimeoutError:
            self._conversation.lose(TIMED_OUT)
            return False
        return True

    def _read(self, seconds: float | None) -> Reply:
        conversation = self._conversation
        reply = conversation.next_reply()
        while reply is None:
            try:
                self._transport.receive(conversation.receive, seconds)
            except TimeoutError:
                conversation.lose(TIMED_OUT)
            reply = conversation.next_reply()
        if self._debug:
            for line in reply.raw_lines():
                self._debug(f"<-- {line}")
            if reply.lost and not self._lost_told:
                self._lost_told = True
                self._debug(f"    ... {reply.text} ...")
        return reply
