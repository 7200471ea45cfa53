"""One message to its recipients: MAIL, RCPT and DATA or BDAT, in turn or at once, and what their replies come to."""

from __future__ import annotations

from tclsmtp.errors import RefusedError
from tclsmtp.smtp.options import Refusal
from tclsmtp.smtp.outcome import StaleConnection, failure_of, unclear, unknown
from tclsmtp.smtp.protocol import BDAT, DATA, END_OF_DATA, MAIL, RCPT, RSET

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tclsmtp.smtp.content import Content
    from tclsmtp.smtp.reply import Reply
    from tclsmtp.smtp.session import Session

MOST_AT_ONCE = 200
"""How many recipients are named before replies are read: with more, both sides could come to wait for the other to read
first (RFC 2920, 3.1)."""


SERVICE_ENDS = 421
"""The code with which a server ends a connection at any time (RFC 5321, 3.8)."""


class Transaction:
    """A message that is offered to a server and handed over, over a session that has exchanged greetings.

    It is handed over if the server takes all recipients, or with `at_least_one` any; `refusals` are those that it did
    not take. Where it does PIPELINING (RFC 2920) all recipients are named in one go, and what hands the message over
    rides along where no reply to them could change that: with `at_least_one`, or with a single recipient, whose refusal
    makes the server refuse the message. CHUNKING (RFC 3030) saves the round trip of DATA for a message that is in
    memory, and the QUIT that is to follow rides along with that. A message of octets above 127 says BODY=8BITMIME
    (RFC 6152) where the server does that, and is sent as it is where not, as tcllib does. SMTPUTF8 (RFC 6531) is asked
    for where an address in the envelope or the header needs it; a recipient with such an address is refused here where
    the server lacks it.
    """

    def __init__(
        self,
        session: Session,
        recipients: tuple[str, ...],
        content: Content,
        at_least_one: bool,
        then_quit: bool = False,
    ) -> None:
        self.refusals: list[Refusal] = []
        self._session = session
        self._conversation = session.conversation
        self._extensions = session.conversation.extensions
        self._originator = session.plan.envelope.originator
        self._recipients = recipients
        self._count = len(recipients)
        self._content = content.in_utf8() if "SMTPUTF8" in self._extensions else content
        self._needs_utf8 = self._content.needs_utf8
        self._at_least_one = at_least_one
        self._chunk = self._content.whole if "CHUNKING" in self._extensions else None
        self._quit_rides = then_quit and self._chunk is not None and "PIPELINING" in self._extensions
        self._handed_over = False

    def run(self) -> None:
        """Do it.

        Raises RefusedError when the server refuses the originator or the message, or does not answer; then it has also
        been told RSET and QUIT. The same error comes before MAIL where the message is over the server's limit, or the
        originator's address needs SMTPUTF8 and the server lacks it. Where the server had the end of the message and
        said neither yes nor no, that is an UnknownOutcomeError. What the files of a message raise while it is sent
        passes: without its end the server does not take it.
        """
        self._session.messages += 1
        self._check_size()
        self._pass_over()
        if not self._recipients:
            return
        hand_over = (DATA, "") if self._chunk is None else (BDAT, f"{len(self._chunk)} LAST")
        begun = None
        if "PIPELINING" in self._extensions:
            rides = self._at_least_one or (len(self._recipients) == 1 and not self.refusals)
            # Over an old connection the server must first have shown that it is still there.
            rides = rides and not self._session.is_old
            begun = self._offer_at_once(hand_over if rides else None)
        else:
            self._offer_in_turn()
        if self.refusals and not (self._at_least_one and len(self.refusals) < self._count):
            if not self._session.left:
                self._session.exchange(RSET)
            return
        self._must_take(hand_over[0], begun or self._hand_over(hand_over))
        if self._chunk is None:
            self._session.is_old = False
            self._handed_over, reply = self._session.send_content(self._content)
            self._must_take(END_OF_DATA, reply)

    def _check_size(self) -> None:
        """A message over the server's limit is not offered to it (RFC 1870). 552 is what it would say."""
        limit = self._extensions.get("SIZE", "")
        size = self._content.size
        if limit.isdecimal() and 0 < int(limit) < size:
            self._session.quit()
            raise self._own_refusal(552, f"the message has {size} octets, the server takes {limit}")

    def _pass_over(self) -> None:
        """Refuse in the server's place the addresses that it cannot be given: those that only SMTPUTF8 can carry."""
        addresses = (self._originator, *self._recipients)
        if all(map(str.isascii, addresses)):
            return
        from tclsmtp.smtp.international import REFUSAL, REFUSED, needs_utf8

        foreign = {address for address in addresses if needs_utf8(address)}
        if "SMTPUTF8" in self._extensions:
            self._needs_utf8 = self._needs_utf8 or bool(foreign)
            return
        if self._originator in foreign:
            self._session.quit()
            raise self._own_refusal(REFUSED, REFUSAL)
        self.refusals += [Refusal(address, REFUSED, REFUSAL) for address in self._recipients if address in foreign]
        self._recipients = tuple(address for address in self._recipients if address not in foreign)

    def _own_refusal(self, code: int, why: str) -> RefusedError:
        """What the server would say, which was not asked."""
        return RefusedError(code, why, MAIL, host=self._session.server, port=self._session.port)

    def _mail(self) -> tuple[str, str]:
        size = f" SIZE={self._content.size}" if "SIZE" in self._extensions else ""
        body = " BODY=8BITMIME" if "8BITMIME" in self._extensions and not self._content.is_ascii else ""
        utf8 = " SMTPUTF8" if self._needs_utf8 else ""
        return MAIL, f"FROM:{_path(self._originator)}{size}{body}{utf8}"

    def _offer_in_turn(self) -> None:
        self._must_take(MAIL, self._fresh(self._session.exchange(*self._mail())))
        for address in self._recipients:
            self._note(address, self._fresh(self._session.exchange(*_rcpt(address))))

    def _offer_at_once(self, last: tuple[str, str] | None) -> Reply | None:
        """Name all recipients; the answer is the reply to the `last` command, which the chunk follows."""
        session = self._session
        failure: RefusedError | None = None
        replies: list[Reply] = []
        commands = [self._mail()]
        for first in range(0, len(self._recipients), MOST_AT_ONCE):
            batch = self._recipients[first : first + MOST_AT_ONCE]
            commands += map(_rcpt, batch)
            rides = last is not None and first + MOST_AT_ONCE >= len(self._recipients)
            if last and rides:
                commands.append(last)
            self._send_at_once(commands, rides)
            if not first:
                replies.append(self._fresh(session.hear(MAIL)))
                failure = self._refused(MAIL, replies[0])
            for address in batch:
                replies.append(self._fresh(session.hear(RCPT)))
                self._note(address, replies[-1])
            if last and rides:
                replies.append(self._hear_last(last[0], replies))
            if failure and not self._handed_over:
                session.abort()
                raise failure
            commands = []
        if self._handed_over:
            self._must_be_known(replies, failure)
        return replies[-1] if last else None

    def _send_at_once(self, commands: list[tuple[str, str]], with_chunk: bool) -> None:
        chunk = self._chunk if with_chunk else None
        sent = self._session.send_at_once(commands, chunk, self._quit_rides and with_chunk)
        if chunk is not None:
            self._handed_over = sent

    def _must_be_known(self, replies: list[Reply], failure: RefusedError | None) -> None:
        """The message went along with MAIL: what became of it must be clear from the replies, whatever they are."""
        session = self._session
        odd = unclear(replies, self._conversation.accepted, not self._conversation.is_in_step())
        if odd:
            failure = unknown(BDAT, odd, session.told(odd), session.server, session.port)
        if failure:
            session.abort()
            raise failure

    def _hear_last(self, verb: str, replies: list[Reply]) -> Reply:
        reply = self._session.hear(verb)
        if verb == DATA and reply.code == 354 and not self._conversation.accepted:
            sender, *recipients = replies
            if sender.refuses or all(other.refuses for other in recipients):
                self._session.send_no_content()
            else:
                # What we took for a refusal it may have meant as a yes, and somebody would get an empty message.
                self._session.give_up()
        return reply

    def _fresh(self, reply: Reply) -> Reply:
        """A reply, unless it only shows that an old connection ended, or that the server now ends it."""
        if self._session.is_old and (reply.lost or reply.code == SERVICE_ENDS):
            raise StaleConnection
        return reply

    def _note(self, address: str, reply: Reply) -> None:
        if not self._conversation.accepted:
            self.refusals.append(Refusal(address, reply.code, self._session.told(reply)))

    def _hand_over(self, command: tuple[str, str]) -> Reply:
        if self._chunk is None:
            return self._fresh(self._session.exchange(*command))
        self._session.is_old = False
        self._send_at_once([command], with_chunk=True)
        return self._session.hear(command[0])

    def _must_take(self, step: str, reply: Reply) -> None:
        failure = self._refused(step, reply)
        if failure:
            self._session.abort()
            raise failure

    def _refused(self, step: str, reply: Reply) -> RefusedError | None:
        last = step in (BDAT, END_OF_DATA)
        if last:
            self._session.final_reply = reply
        accepted = self._conversation.accepted
        if accepted and (self._handed_over or not last):
            return None
        may_be_taken = last and (self._handed_over or accepted)
        name = unknown if may_be_taken and not reply.refuses else failure_of
        session = self._session
        return name(step, reply, session.told(reply), session.server, session.port)


def _rcpt(address: str) -> tuple[str, str]:
    return RCPT, f"TO:{_path(address)}"


def _path(address: str) -> str:
    if address.isascii():
        return f"<{address}>"
    from tclsmtp.smtp.international import in_command

    return f"<{in_command(address)}>"
