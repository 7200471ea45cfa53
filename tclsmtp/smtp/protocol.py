"""The client's side of an SMTP conversation (RFC 5321) without any I/O: commands become bytes, bytes become replies.

Which command may follow which is the table MOVES; nothing else decides it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tclsmtp.errors import ProtocolError, UnsafeTextError
from tclsmtp.smtp.reply import UNASKED, Reply, ReplyParser

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CONNECTED = "connected"
GREETED = "greeted"
READY = "ready"
SENDER_GIVEN = "sender given"
RECIPIENT_GIVEN = "recipient given"
CONTENT = "content"
SECURING = "securing"
AUTHENTICATING = "authenticating"
CLOSED = "closed"

BANNER = "banner"
EHLO = "EHLO"
HELO = "HELO"
ONEX = "ONEX"
QUED = "QUED"
STARTTLS = "STARTTLS"
AUTH = "AUTH"
SASL = "SASL response"
HANDSHAKE = "TLS handshake"
MAIL = "MAIL"
RCPT = "RCPT"
DATA = "DATA"
BDAT = "BDAT"
END_OF_DATA = "."
RSET = "RSET"
QUIT = "QUIT"

END_OF_CONTENT = b".\r\n"
DOT = ord(".")
LF = ord("\n")


@dataclass(frozen=True, slots=True)
class Move:
    """What a reply does: with one of the codes `accept` the state becomes `then`, with any other `otherwise`."""

    accept: frozenset[int]
    then: str
    otherwise: str


def _move(accept: Iterable[int], then: str, otherwise: str) -> Move:
    return Move(frozenset(accept), then, otherwise)


MOVES: dict[tuple[str, str], Move] = {
    (CONNECTED, BANNER): _move([220], GREETED, CLOSED),
    (GREETED, EHLO): _move([250], READY, GREETED),
    (GREETED, HELO): _move([250], READY, CLOSED),
    (READY, STARTTLS): _move([220], SECURING, READY),
    (SECURING, HANDSHAKE): _move([], GREETED, CLOSED),
    (READY, AUTH): _move([334], AUTHENTICATING, READY),
    (AUTHENTICATING, SASL): _move([334], AUTHENTICATING, READY),
    (READY, ONEX): _move([250], READY, READY),
    (READY, QUED): _move([250], READY, READY),
    (READY, MAIL): _move([250], SENDER_GIVEN, READY),
    (SENDER_GIVEN, RCPT): _move([250, 251], RECIPIENT_GIVEN, SENDER_GIVEN),
    (RECIPIENT_GIVEN, RCPT): _move([250, 251], RECIPIENT_GIVEN, RECIPIENT_GIVEN),
    (RECIPIENT_GIVEN, DATA): _move([354], CONTENT, RECIPIENT_GIVEN),
    (RECIPIENT_GIVEN, BDAT): _move([250, 251], READY, READY),
    (CONTENT, END_OF_DATA): _move([250, 251], READY, READY),
    (READY, RSET): _move([250], READY, READY),
    (SENDER_GIVEN, RSET): _move([250], READY, READY),
    (RECIPIENT_GIVEN, RSET): _move([250], READY, READY),
    (GREETED, QUIT): _move([221], CLOSED, CLOSED),
    (READY, QUIT): _move([221], CLOSED, CLOSED),
    (SENDER_GIVEN, QUIT): _move([221], CLOSED, CLOSED),
    (RECIPIENT_GIVEN, QUIT): _move([221], CLOSED, CLOSED),
}
"""State and command to what its reply does. The codes are those that tcllib takes as a yes: 252 refuses a recipient
and any other 2xx but 250 a MAIL, as it does there."""


class Conversation:
    """One SMTP conversation.

    `state` is what the replies so far led to, `extensions` the keywords of the EHLO reply in upper case with their
    parameters, `accepted` whether the reply last taken said yes to its command, and `lost` whether the server cannot be
    heard any more, so that nothing it is told will get another answer.

    Commands may be given before the replies to earlier ones are in (RFC 2920): what MOVES allows is judged as if the
    server would say yes to all of them. Where it does not, no reply to a command that made no sense then is a yes.
    """

    def __init__(self) -> None:
        self.state = CONNECTED
        self.extensions: dict[str, str] = {}
        self.accepted = False
        self.lost = False
        self._parser = ReplyParser()
        self._unanswered = deque([BANNER])
        self._foreseen = GREETED
        self._arrived: Reply | None = None

    def command(self, verb: str, argument: str = "") -> bytes:
        """The line to send for a command; `next_reply` gives its reply.

        Raises ProtocolError where MOVES does not allow it now, UnsafeTextError where the line would be unsafe.
        """
        move = MOVES.get((self._foreseen, verb))
        if move is None:
            raise ProtocolError(self._foreseen, verb)
        line = encode_line(argument if verb == SASL else f"{verb} {argument}" if argument else verb)
        self._expect(verb)
        self._foreseen = move.then
        return line

    def content(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The octets to send after an accepted DATA: the message and its end. Its reply is the one to END_OF_DATA.

        Raises ProtocolError where DATA was not accepted.
        """
        if self.state != CONTENT:
            raise ProtocolError(self.state, END_OF_DATA)
        self._expect(END_OF_DATA)
        self._foreseen = READY
        return stuff(chunks)

    def no_content(self) -> bytes:
        """The octets to send after a DATA that the server took though no recipient was left (RFC 2920, 3.1)."""
        self._unanswered.append(END_OF_DATA)
        return END_OF_CONTENT

    def _expect(self, verb: str) -> None:
        """Await a reply. What the server said before it was asked is none: only a refusal is believed of it.

        A server may close the service at any time with 421 (RFC 5321, 3.8); but a yes that answered a command, or the
        end of a message, before it was sent would be taken for the message's delivery.
        """
        if not self._unanswered and self.has_unread() and not (self._has_reply() and self._refused_unasked()):
            self._arrived = None
            self.lose(UNASKED, 500)
        self._unanswered.append(verb)

    def _refused_unasked(self) -> bool:
        return self._arrived is not None and (self._arrived.lost or self._arrived.refuses)

    def receive(self, data: bytes) -> bool:
        """Take what the server sent, b"" for its end; true when `next_reply` has a reply to give."""
        if data:
            self._parser.feed(data)
        else:
            self._parser.end_of_file()
            self.lost = True
        return self._has_reply()

    def has_unread(self) -> bool:
        """Whether the server said more than the replies that were taken."""
        return self._arrived is not None or self._parser.has_data()

    def is_in_step(self) -> bool:
        """Whether the server said no more than the replies that were taken, but for the farewell that QUIT asks for."""
        if not self._unanswered or self._unanswered[0] != QUIT:
            return not self.has_unread()
        if not self._has_reply() or self._arrived is None:
            return True
        farewell = MOVES[READY, QUIT].accept
        return (self._arrived.lost or self._arrived.code in farewell) and not self._parser.has_data()

    def secured(self) -> None:
        """TLS stands, and the conversation begins anew (RFC 3207, 4.2).

        Raises ProtocolError where STARTTLS was not accepted before.
        """
        move = MOVES.get((self.state, HANDSHAKE))
        if move is None:
            raise ProtocolError(self.state, HANDSHAKE)
        self.state = self._foreseen = move.then
        self.extensions = {}

    def lose(self, why: str, code: int = 400) -> None:
        """Give up on the server: from now on every command is answered by that code and text."""
        self._parser.abandon(why, code)
        self.lost = True

    def next_reply(self) -> Reply | None:
        """The reply to the oldest unanswered command, after the state was moved; None if it has not arrived."""
        if not self._has_reply():
            return None
        reply, self._arrived = self._arrived, None
        if reply:
            self._apply(self._unanswered.popleft(), reply)
        return reply

    def _has_reply(self) -> bool:
        if self._arrived is None:
            self._arrived = self._parser.next_reply()
        return self._arrived is not None

    def _apply(self, verb: str, reply: Reply) -> None:
        move = MOVES.get((self.state, verb))
        self.accepted = move is not None and reply.code in move.accept
        self.lost = self.lost or reply.lost
        if move is not None:
            self.state = move.then if self.accepted else move.otherwise
        if not self._unanswered:
            self._foreseen = self.state
        if self.accepted and verb == EHLO:
            self.extensions = parse_extensions(reply.lines[1:])


def encode_line(text: str) -> bytes:
    """A command line as octets, with its CRLF.

    Text goes out as Latin-1, so that UTF-8 octets that Tcl holds as characters pass as they are. Raises
    UnsafeTextError for CR, LF and NUL, which would end the command and begin another (RFC 5321, 4.1.1), and for
    wider characters, which tcllib cuts to one octet, and so to any octet.
    """
    try:
        line = text.encode("latin-1")
    except UnicodeEncodeError:
        raise UnsafeTextError(text, "character beyond U+00FF") from None
    if b"\r" in line or b"\n" in line or b"\0" in line:
        raise UnsafeTextError(text, "CR, LF or NUL")
    return line + b"\r\n"


def parse_extensions(lines: Iterable[str]) -> dict[str, str]:
    """Keyword in upper case to parameters, from an EHLO reply without its first line (RFC 5321, 4.1.1.1).

    Keywords are matched in any case, and old servers write `AUTH=LOGIN`; a keyword's first line counts.
    """
    extensions: dict[str, str] = {}
    for line in lines:
        keyword, _, parameters = line.replace("=", " ", 1).partition(" ")
        extensions.setdefault(keyword.upper(), parameters.strip())
    return extensions


def stuff(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A message with a dot added to each line that begins with one, and its end (RFC 5321, 4.5.2), chunk by chunk.

    A line begins after any LF, so that no reader, however lax about bare ones, sees the end earlier. The end is in the
    last chunk: two small writes would cost the delay of an ACK.
    """
    at_line_start = True
    waiting = b""
    for chunk in chunks:
        if not chunk:
            continue
        if waiting:
            yield waiting
        # The first question is quick, and base64 knows no dot.
        waiting = chunk.replace(b"\n.", b"\n..") if b"." in chunk and b"\n." in chunk else chunk
        if at_line_start and chunk[0] == DOT:
            waiting = b"." + waiting
        at_line_start = chunk[-1] == LF
    yield waiting + (END_OF_CONTENT if at_line_start else b"\r\n" + END_OF_CONTENT)
