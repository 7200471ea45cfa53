"""One connection to one server: a Conversation over a Transport, with tcllib's waits and its -debug output."""

from __future__ import annotations

from tclsmtp.errors import ConnectError, ConnectTimeoutError, RefusedError
from tclsmtp.smtp import protocol
from tclsmtp.smtp.content import pieces
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.outcome import failure_of, unclear, unknown
from tclsmtp.smtp.protocol import (
    AUTH,
    BANNER,
    BDAT,
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
    RSET,
    SASL,
    STARTTLS,
)
from tclsmtp.smtp.reply import GIVEN_UP, PREMATURE_EOF, TIMED_OUT, UNASKED, Reply
from tclsmtp.smtp.transport import Transport, TransportError, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from tclsmtp.smtp.content import Content
    from tclsmtp.smtp.envelope import Plan
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


MOST_AT_ONCE = 200
"""How many recipients are named before replies are read: with more, both sides could come to wait for the other to read
first (RFC 2920, 3.1)."""


class Session:
    """A connection to `server`, for as long as it lasts; a context manager that closes it.

    Between two servers nothing is shared: once `greet` has returned, the message goes to this one or to none.
    """

    def __init__(self, plan: Plan, server: str, port: str | int, waiter: Waiter) -> None:
        self.options = plan.options
        self.server = server
        self.port = port
        self.transport: Transport | None = None
        self.conversation = protocol.Conversation()
        self._plan = plan
        self._waiter = waiter
        self._debug = plan.options.debug
        self._auth_failure = ""
        self.refusals: list[Refusal] = []
        """The recipients refused in the transaction at hand."""
        self._untold: list[tuple[bytes, str]] = []
        self._left = False
        self._lost_told = False
        self._handed_over = False
        self._cut_off = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.transport is not None:
            self.transport.close()
            self.transport = None

    def connect(self) -> None:
        """Connect, once more where that was done before. Raises ConnectError."""
        self.__exit__()
        self.conversation = protocol.Conversation()
        self.tell(f"Trying {self.server}...")
        try:
            self.transport = connect(self.server, self.port, self._waiter, LONGEST_WAIT)
        except TransportError as error:
            self.tell(f"    ... {error} ...")
            raise ConnectError(self.server, self.port, "connect", str(error)) from error
        except TimeoutError as error:
            self.tell("    ... timed out ...")
            raise ConnectTimeoutError(self.server, self.port, "connect", "timed out") from error

    def greet(self) -> None:
        """Exchange greetings, so that MAIL may follow; inside TLS and known to the server where the options say so.

        Raises ConnectError where the server will not have it, and TlsError where there is to be TLS and is none. A
        server that does not take the credentials gets the message all the same, as in tcllib; if it then refuses
        something, the refusal tells of them.
        """
        options = self.options
        if options.tls_import:
            from tclsmtp.smtp.security import begin_inside_tls

            begin_inside_tls(self)
        self.say_hello()
        if options.use_tls and not options.tls_import and "STARTTLS" in self.conversation.extensions:
            from tclsmtp.smtp.security import start_tls

            start_tls(self)
        extensions = self.conversation.extensions
        # tcllib knows these two only where they stand alone on their line, and asks no more whether they worked.
        if extensions.get("ONEX") == "":
            self.exchange(ONEX)
        if options.queue and extensions.get("XQUE") == "":
            self.exchange(QUED)
        if options.username:
            from tclsmtp.smtp.security import authenticate

            self._auth_failure = authenticate(self)
        self._must_listen()

    def _must_listen(self) -> None:
        """What is known of the server by now must not spoil MAIL, which would keep the message from all others."""
        if self.conversation.lost or self.conversation.has_unread():
            why = PREMATURE_EOF if self.conversation.lost else UNASKED
            raise ConnectError(self.server, self.port, MAIL, why)

    def say_hello(self) -> None:
        """EHLO, after the banner where that was not read yet, and HELO where that is not known. Raises ConnectError."""
        if self.conversation.state == CONNECTED:
            self._must_accept(BANNER, self._read(SECONDS[BANNER]))
        client = self.options.client or ("localhost" if self.server == "localhost" else self._plan.host)
        reply = self.exchange(EHLO, client)
        if not self.conversation.accepted and 500 <= reply.code < 600 and not reply.lost:
            self._must_accept(HELO, self.exchange(HELO, client))
        else:
            self._must_accept(EHLO, reply)

    def transact(self, recipients: tuple[str, ...], content: Content, at_least_one: bool) -> list[Refusal]:
        """Offer a message and hand it over; the answer are the recipients that the server refused.

        It is handed over if the server takes all of them, or with `at_least_one` any. Where the server does PIPELINING
        (RFC 2920) all recipients are named in one go, and what hands the message over rides along where no reply to
        them could change that: with `at_least_one`, or with a single recipient, whose refusal makes the server refuse
        the message. CHUNKING (RFC 3030) saves the round trip of DATA for a message that is in memory.

        Raises RefusedError when the server refuses the originator or the message, or does not answer; then it has also
        been told RSET and QUIT. Where it had the end of the message by then and said neither yes nor no, that is an
        UnknownOutcomeError. What the files of a message raise while it is sent passes: without its end the server does
        not take it.
        """
        self.refusals = []
        self._handed_over = False
        self._check_size(content)
        chunk = content.whole if "CHUNKING" in self.conversation.extensions else None
        hand_over = (DATA, "") if chunk is None else (BDAT, f"{len(chunk)} LAST")
        begun = None
        if "PIPELINING" in self.conversation.extensions:
            rides = at_least_one or len(recipients) == 1
            begun = self._offer_at_once(recipients, content, hand_over if rides else None, chunk)
        else:
            self._offer_in_turn(recipients, content)
        if self.refusals and not (at_least_one and len(self.refusals) < len(recipients)):
            self.exchange(RSET)
            return self.refusals
        begun = begun or self._hand_over(hand_over, chunk)
        self._must_take(hand_over[0], begun)
        if chunk is None:
            self._must_take(END_OF_DATA, self._send_content(content))
        return self.refusals

    def _check_size(self, content: Content) -> None:
        """A message over the server's limit is not offered to it (RFC 1870). 552 is what it would say."""
        limit = self.conversation.extensions.get("SIZE", "")
        if limit.isdecimal() and 0 < int(limit) < content.size:
            self.quit()
            why = f"the message has {content.size} octets, the server takes {limit}"
            raise RefusedError(552, why, MAIL, host=self.server, port=self.port)

    def _mail(self, content: Content) -> tuple[str, str]:
        size = f" SIZE={content.size}" if "SIZE" in self.conversation.extensions else ""
        return MAIL, f"FROM:<{self._plan.envelope.originator}>{size}"

    def _offer_in_turn(self, recipients: tuple[str, ...], content: Content) -> None:
        self._must_take(MAIL, self.exchange(*self._mail(content)))
        for address in recipients:
            self._note(address, self.exchange(RCPT, f"TO:<{address}>"))

    def _offer_at_once(
        self, recipients: tuple[str, ...], content: Content, last: tuple[str, str] | None, chunk: bytes | None
    ) -> Reply | None:
        """Name all recipients; the answer is the reply to the `last` command, which `chunk` follows."""
        failure: RefusedError | None = None
        replies: list[Reply] = []
        commands = [self._mail(content)]
        for first in range(0, len(recipients), MOST_AT_ONCE):
            batch = recipients[first : first + MOST_AT_ONCE]
            commands += [(RCPT, f"TO:<{address}>") for address in batch]
            rides = last is not None and first + MOST_AT_ONCE >= len(recipients)
            if last and rides:
                commands.append(last)
            self._ask_at_once(commands, chunk if rides else None)
            if not first:
                replies.append(self._read_told(SECONDS[MAIL]))
                failure = self._refused(MAIL, replies[0])
            for address in batch:
                replies.append(self._read_told(SECONDS[RCPT]))
                self._note(address, replies[-1])
            if last and rides:
                replies.append(self._read_last(last[0], replies))
            if failure and not self._handed_over:
                self._abort()
                raise failure
            commands = []
        if self._handed_over:
            self._must_be_known(replies, failure)
        return replies[-1] if last else None

    def _must_be_known(self, replies: list[Reply], failure: RefusedError | None) -> None:
        """The message went along with MAIL: what became of it must be clear from the replies, whatever they are."""
        odd = unclear(replies, self.conversation.accepted, self.conversation.has_unread())
        if odd:
            failure = unknown(BDAT, odd, self._told(odd), self.server, self.port)
        if failure:
            self._abort()
            raise failure

    def _read_last(self, verb: str, replies: list[Reply]) -> Reply:
        reply = self._read_told(self._plan.seconds if verb == BDAT else SECONDS[DATA])
        if verb == DATA and reply.code == 354 and not self.conversation.accepted:
            sender, *recipients = replies
            if sender.refuses or all(other.refuses for other in recipients):
                self._send(self.conversation.no_content())
                self._read(SECONDS[DATA])
            else:
                # What we took for a refusal it may have meant as a yes, and somebody would get an empty message.
                self._cut_off = True
                self.conversation.lose(GIVEN_UP)
        return reply

    def _note(self, address: str, reply: Reply) -> None:
        if not self.conversation.accepted:
            self.refusals.append(Refusal(address, reply.code, self._told(reply)))

    def _hand_over(self, command: tuple[str, str], chunk: bytes | None) -> Reply:
        if chunk is None:
            return self.exchange(*command)
        self._ask_at_once([command], chunk)
        return self._read_told(self._plan.seconds)

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
            self._send_farewell(line)

    def _must_accept(self, step: str, reply: Reply) -> None:
        if not self.conversation.accepted:
            raise self.no_answer(step, reply)

    def no_answer(self, step: str, reply: Reply) -> ConnectError:
        """The error of a server that does not exchange greetings."""
        why = reply.text if reply.lost else f"{reply.code} {reply.text}".rstrip()
        return (ConnectTimeoutError if reply.timed_out else ConnectError)(self.server, self.port, step, why)

    def _must_take(self, step: str, reply: Reply) -> None:
        failure = self._refused(step, reply)
        if failure:
            self._abort()
            raise failure

    def _refused(self, step: str, reply: Reply) -> RefusedError | None:
        last = step in (BDAT, END_OF_DATA)
        if self.conversation.accepted and (self._handed_over or not last):
            return None
        may_be_taken = last and (self._handed_over or self.conversation.accepted)
        name = unknown if may_be_taken and not reply.refuses else failure_of
        return name(step, reply, self._told(reply), self.server, self.port)

    def _told(self, reply: Reply) -> str:
        """What the server said, and with it what went wrong with AUTH before: that may well be why."""
        return f"{reply.text} ({self._auth_failure})" if self._auth_failure else reply.text

    def _abort(self) -> None:
        # tcllib sends both after a refusal without waiting for a reply, even where the connection is gone.
        self._left = True
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
            shown = "<redacted>" if verb == SASL else line.decode("latin-1").removesuffix("\r\n")
            self._tell_command(shown, seconds)
        return line

    def _tell_command(self, line: str, seconds: float | None) -> None:
        shown = seconds or 0
        self.tell(f"--> {line} (wait upto {int(shown) if shown == int(shown) else shown} seconds)")

    def exchange(self, verb: str, argument: str = "") -> Reply:
        """Send a command and read its reply, which may be one of ours where the server is lost."""
        seconds = SECONDS[verb]
        self._ask(self._command(verb, argument, seconds))
        return self._read(min(seconds, LONGEST_WAIT))

    def _ask_at_once(self, commands: list[tuple[str, str]], chunk: bytes | None) -> None:
        """Send commands, and a chunk of the message after them, in one write. -debug shows each with its reply."""
        lines = [self.conversation.command(*command) for command in commands]
        if self._debug:
            self._untold += [(line, verb) for line, (verb, _) in zip(lines, commands, strict=True)]
        if chunk is not None:
            lines.append(chunk)
        sent = self._ask(b"".join(lines))
        if chunk is not None:
            self._handed_over = sent
            self._cut_off = not sent

    def _read_told(self, seconds: float | None) -> Reply:
        if self._untold:
            line, verb = self._untold.pop(0)
            self._tell_command(line.decode("latin-1").removesuffix("\r\n"), SECONDS.get(verb, self._plan.seconds))
        return self._read(seconds if seconds is None else min(seconds, LONGEST_WAIT))

    def _ask(self, line: bytes) -> bool:
        return not self.conversation.lost and self._send(line)

    def _send_content(self, content: Content) -> Reply:
        chunks = self.conversation.content(content.chunks())
        if self._debug:
            self._tell_command(END_OF_DATA, self._plan.seconds)
        for number, piece in enumerate(pieces(chunks)):
            if (number and self._is_interrupted()) or not self._ask(piece):
                self._cut_off = True
                break
        self._handed_over = not self._cut_off
        return self._read(self._plan.seconds)

    def _is_interrupted(self) -> bool:
        """Whether the server answered before it was given the end of the message, and so will not read the rest."""
        self._connected().receive_now(self.conversation.receive)
        return self.conversation.has_unread()

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
