"""One connection to one server: a Conversation over a Transport, with tcllib's waits and its -debug output."""

from __future__ import annotations

from tclsmtp.errors import ConnectError, ConnectTimeoutError
from tclsmtp.smtp import protocol
from tclsmtp.smtp.content import pieces
from tclsmtp.smtp.protocol import (
    AUTH,
    BANNER,
    CONNECTED,
    DATA,
    EHLO,
    END_OF_DATA,
    HELO,
    MAIL,
    ONEX,
    QUED,
    QUIT,
    RCPT,
    READY,
    RSET,
    SASL,
    STARTTLS,
)
from tclsmtp.smtp.reply import GIVEN_UP, PREMATURE_EOF, TIMED_OUT, UNASKED, Reply
from tclsmtp.smtp.transaction import Transaction
from tclsmtp.smtp.transport import Transport, TransportError, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from tclsmtp.smtp.content import Content
    from tclsmtp.smtp.envelope import Plan
    from tclsmtp.smtp.options import Refusal
    from tclsmtp.smtp.pool import Kept
    from tclsmtp.smtp.target import Target
    from tclsmtp.smtp.transport import TlsState
    from tclsmtp.smtp.waiting import Waiter

SECONDS = {
    BANNER: 600,
    EHLO: 300,
    HELO: 300,
    ONEX: 300,
    QUED: 300,
    STARTTLS: 300,
    AUTH: 300,
    SASL: 300,
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
    """A connection to the server of a target, for as long as it lasts; a context manager that closes it.

    Between two servers nothing is shared: once `greet` has returned, the message goes to this one or to none.
    """

    def __init__(self, plan: Plan, target: Target, waiter: Waiter) -> None:
        self.options = plan.options
        self.target = target
        self.server = target.server
        self.port = target.port
        self.transport: Transport | None = None
        self.conversation = protocol.Conversation()
        self.plan = plan
        self.waiter = waiter
        self._debug = plan.options.debug
        self.mechanism = ""
        """The SASL mechanism that the server took."""
        self._auth_failure = ""
        self.messages = 0
        """How many went over the connection."""
        self.is_old = False
        """Whether the connection was kept from a message before, and may be lost, with nothing of this one given."""
        self.secured: TlsState | None = None
        """The TLS that the connection is inside of."""
        self.final_reply: Reply | None = None
        """What the server said to the last message that it was given the end of."""
        self.refusals: list[Refusal] = []
        """The recipients refused in the transaction at hand."""
        self._untold: list[tuple[bytes, str]] = []
        self.left = False
        """Whether QUIT was sent."""
        self._lost_told = False
        self._cut_off = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.transport is not None:
            self.transport.close()
            self.transport = None

    def adopt(self, kept: Kept) -> None:
        """Go on with a connection on which MAIL may follow, in place of `connect` and `greet`."""
        self.tell(f"Using the connection to {self.server} again...")
        self.transport = kept.transport
        self.conversation = kept.conversation
        self.secured = kept.secured
        self.mechanism = kept.mechanism
        self.messages = kept.messages
        self.is_old = True

    def release(self) -> Kept | None:
        """Give the connection away, which is not closed then; None where it is not fit for another message.

        It is that after an answer to all that was said, with TLS as it was asked for and AUTH that succeeded.
        """
        from tclsmtp.smtp.pool import Kept

        conversation, transport = self.conversation, self.transport
        settled = conversation.state == READY and not (self.left or conversation.lost or conversation.has_unread())
        if transport is None or not settled or self._auth_failure or not self._is_secured_as_asked():
            return None
        self.transport = None
        settings = self.target.tls_settings() if self.secured else None
        return Kept(transport, conversation, self.secured, settings, self.mechanism, self.messages)

    def _is_secured_as_asked(self) -> bool:
        """Whether no -tlspolicy had to be asked, whose answer is that of one message."""
        verified = self.secured is not None and self.secured.verified
        return verified or not (self.options.tls_policy or (self.secured and self.target.tls_settings().verify))

    def connect(self) -> None:
        """Connect, once more where that was done before. Raises ConnectError."""
        self.__exit__()
        self.conversation = protocol.Conversation()
        self.secured = None
        self.tell(f"Trying {self.server}...")
        seconds = self.target.route.connect_seconds or LONGEST_WAIT
        try:
            self.transport = connect(*self.target.address, self.waiter, seconds)
        except TransportError as error:
            self.tell(f"    ... {error} ...")
            raise ConnectError(self.server, self.port, "connect", str(error)) from error
        except TimeoutError as error:
            self.tell("    ... timed out ...")
            raise ConnectTimeoutError(self.server, self.port, "connect", "timed out") from error

    def greet(self, meanwhile: Callable[[], object] | None = None) -> None:
        """Exchange greetings, so that MAIL may follow; inside TLS and known to the server where the options say so.

        `meanwhile` is called while the server thinks about the first EHLO; what it raises passes.
        Raises ConnectError where the server will not have it, and TlsError where there is to be TLS and is none. A
        server that does not take the credentials gets the message all the same, as in tcllib; if it then refuses
        something, the refusal tells of them.
        """
        options, tls = self.options, self.target.tls
        if tls == "implicit":
            from tclsmtp.smtp.security import begin_inside_tls

            begin_inside_tls(self)
        self.say_hello(meanwhile)
        if tls == "required" or (tls == "opportunistic" and "STARTTLS" in self.conversation.extensions):
            from tclsmtp.smtp.security import start_tls

            start_tls(self)
        extensions = self.conversation.extensions
        # tcllib knows these two only where they stand alone on their line, and asks no more whether they worked.
        if extensions.get("ONEX") == "":
            self.exchange(ONEX)
        if options.queue and extensions.get("XQUE") == "":
            self.exchange(QUED)
        if self.target.authenticates:
            from tclsmtp.smtp.security import authenticate

            self._auth_failure = authenticate(self)
        self._must_listen()

    def _must_listen(self) -> None:
        """What is known of the server by now must not spoil MAIL, which would keep the message from all others."""
        if self.conversation.lost or self.conversation.has_unread():
            why = PREMATURE_EOF if self.conversation.lost else UNASKED
            raise ConnectError(self.server, self.port, MAIL, why)

    def say_hello(self, meanwhile: Callable[[], object] | None = None) -> None:
        """EHLO, after the banner where that was not read yet, and HELO where that is not known. Raises ConnectError.

        `meanwhile` is called before the reply is waited for.
        """
        if self.conversation.state == CONNECTED:
            self._must_accept(BANNER, self._read(self._patience(BANNER)))
        client = self.target.client or self.plan.host
        self._ask(self._command(EHLO, client, SECONDS[EHLO]))
        if meanwhile:
            meanwhile()
        reply = self._read(self._patience(EHLO))
        if not self.conversation.accepted and 500 <= reply.code < 600 and not reply.lost:
            self._must_accept(HELO, self.exchange(HELO, client))
        else:
            self._must_accept(EHLO, reply)

    def transact(
        self, recipients: tuple[str, ...], content: Content, at_least_one: bool, *, then_quit: bool = False
    ) -> list[Refusal]:
        """Offer a message and hand it over, as Transaction says; the answer are the recipients that were refused.

        They are in `refusals` also where this raises what Transaction.run does. With `then_quit` the QUIT that is to
        follow may ride along with the message.
        """
        transaction = Transaction(self, recipients, content, at_least_one, then_quit and not self._debug)
        self.refusals = transaction.refusals
        transaction.run()
        return self.refusals

    def quit(self) -> None:
        """Take leave, if that was not done. The server's farewell is waited for only where -debug wants to show it."""
        if self.left:
            return
        self.left = True
        line = self._command(QUIT, "", SECONDS[QUIT])
        if self._debug:
            self._ask(line)
            self._read(self._patience(QUIT))
        else:
            self._send_farewell(line)

    def _must_accept(self, step: str, reply: Reply) -> None:
        if not self.conversation.accepted:
            raise self.no_answer(step, reply)

    def no_answer(self, step: str, reply: Reply) -> ConnectError:
        """The error of a server that does not exchange greetings."""
        why = reply.text if reply.lost else f"{reply.code} {reply.text}".rstrip()
        return (ConnectTimeoutError if reply.timed_out else ConnectError)(self.server, self.port, step, why)

    def told(self, reply: Reply) -> str:
        """What the server said, and with it what went wrong with AUTH before: that may well be why."""
        return f"{reply.text} ({self._auth_failure})" if self._auth_failure else reply.text

    def abort(self) -> None:
        """Take leave where the server refused a message: tcllib says RSET and QUIT and hears no reply, even where the
        connection is gone.
        """
        if not self.left:
            self.left = True
            self._send_farewell(self._command(RSET, "", 0) + self._command(QUIT, "", 0))

    def _send_farewell(self, line: bytes) -> None:
        # Inside a message that was cut off it would be a part of that.
        if self.transport is not None and not self._cut_off:
            self.transport.send_if_possible(line)

    def tell(self, line: str) -> None:
        """Write a line for -debug."""
        if self._debug:
            self._debug(line)

    def _command(self, verb: str, argument: str, seconds: float | None) -> bytes:
        line = self.conversation.command(verb, argument)
        if self._debug:
            self._tell_command("<redacted>" if verb == SASL else _shown(line), seconds)
        return line

    def _tell_command(self, line: str, seconds: float | None) -> None:
        shown = seconds or 0
        self.tell(f"--> {line} (wait upto {int(shown) if shown == int(shown) else shown} seconds)")

    def exchange(self, verb: str, argument: str = "") -> Reply:
        """Send a command and read its reply, which may be one of ours where the server is lost."""
        self._ask(self._command(verb, argument, SECONDS[verb]))
        return self._read(self._patience(verb))

    def send_at_once(self, commands: list[tuple[str, str]], chunk: bytes | None, then_quit: bool = False) -> bool:
        """Send commands, a chunk of the message after them, and QUIT after that, in one write; `hear` gives the reply
        to each but QUIT.

        Whether the server took it all; where it did not, the chunk is cut off.
        """
        lines = [self.conversation.command(*command) for command in commands]
        if self._debug:
            self._untold += [(line, verb) for line, (verb, _) in zip(lines, commands, strict=True)]
        if chunk is not None:
            lines.append(chunk)
        if then_quit:
            self.left = True
            lines.append(self.conversation.command(QUIT))
        sent = self._ask(b"".join(lines))
        if chunk is not None:
            self._cut_off = not sent
        return sent

    def hear(self, verb: str) -> Reply:
        """The reply to a command that was sent with others. -debug shows it with its command."""
        if self._untold:
            line, told = self._untold.pop(0)
            self._tell_command(_shown(line), SECONDS.get(told, self.plan.seconds))
        return self._read(self._patience(verb))

    def _patience(self, verb: str) -> float | None:
        """Seconds to wait for a reply, None for ever; -maxsecs says it for the end of a message."""
        if verb not in SECONDS:
            return self.plan.seconds
        return self.target.route.reply_seconds or min(SECONDS[verb], LONGEST_WAIT)

    def send_content(self, content: Content) -> tuple[bool, Reply]:
        """Send a message after an accepted DATA: whether the server was given its end, and what it says to it."""
        chunks = self.conversation.content(content.chunks())
        if self._debug:
            self._tell_command(END_OF_DATA, self.plan.seconds)
        for number, piece in enumerate(pieces(chunks)):
            if (number and self._is_interrupted()) or not self._ask(piece):
                self._cut_off = True
                break
        return not self._cut_off, self._read(self._patience(END_OF_DATA))

    def send_no_content(self) -> None:
        """End a message that the server wants though there is nobody left to get it."""
        self._send(self.conversation.no_content())
        self._read(self._patience(DATA))

    def give_up(self) -> None:
        """Take the server for lost, within a message that must not end."""
        self._cut_off = True
        self.conversation.lose(GIVEN_UP)

    def _is_interrupted(self) -> bool:
        """Whether the server answered before it was given the end of the message, and so will not read the rest."""
        self._connected().receive_now(self.conversation.receive)
        return self.conversation.has_unread()

    def _ask(self, line: bytes) -> bool:
        return not self.conversation.lost and self._send(line)

    def _connected(self) -> Transport:
        assert self.transport is not None, "connect comes first"
        return self.transport

    def _send(self, data: bytes) -> bool:
        """Whether the server took it. Where it did not, it may yet have said why: the next read tells."""
        try:
            self._connected().send(data, LONGEST_WAIT)
        except TransportError:
            return False
        except TimeoutError:
            self.conversation.lose(TIMED_OUT)
            return False
        return True

    def _read(self, seconds: float | None) -> Reply:
        conversation = self.conversation
        reply = conversation.next_reply()
        while reply is None:
            try:
                self._connected().receive(conversation.receive, seconds)
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


def _shown(line: bytes) -> str:
    """A command line for -debug; an address outside ASCII is UTF-8 in it."""
    try:
        return line.decode().removesuffix("\r\n")
    except UnicodeDecodeError:
        return line.decode("latin-1").removesuffix("\r\n")
