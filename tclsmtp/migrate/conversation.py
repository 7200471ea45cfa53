"""One connection to a capture server: aiosmtpd's commands, with rules before them and a record of what was said."""

from __future__ import annotations

import asyncio
import binascii
import contextlib
import ssl
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, Session, TLSSetupException

from tclsmtp.migrate.chunking import Chunk, Chunks, parse_chunk, skip
from tclsmtp.migrate.model import Delivery, Dialogue
from tclsmtp.migrate.offers import MESSAGE_OCTETS, ehlo_reply
from tclsmtp.migrate.rules import BANNER, MESSAGE, Rule, RulesInForce
from tclsmtp.migrate.transcript import REDACTED, Keeper, Transcript, readable

if TYPE_CHECKING:
    from aiosmtpd.smtp import _Missing

HOSTNAME: Final = "localhost"

LINE_OCTETS: Final = 1 << 25
"""The longest line of a message: scripts without line breaks are to be seen too, not refused at 1001 octets."""

COMMAND_OCTETS: Final = 1 << 16
"""The longest command line; the limit of RFC 5321 is 512, but that is for a real server to enforce."""

IDLE_SECONDS: Final = 3600.0
"""How long a client may be silent: a script that waits must not meet a limit that the reference did not meet."""

END_SECONDS: Final = 2.0

CHALLENGE: Final = "<1.1@localhost>"
"""The same each time, so that two dialogues can be the same: what answers to it is not looked at."""

# What email's address parser, which aiosmtpd asks, raises on what is no address.
UNREADABLE = (LookupError, ValueError, AttributeError, TypeError, AssertionError)


@dataclass(frozen=True, slots=True)
class Setup:
    """What the connections of one server have in common. `tls` is None where the server has none."""

    offer: frozenset[str]
    rules: RulesInForce
    keeper: Keeper
    tls: ssl.SSLContext | None = None


class _Over(Exception):
    """The server ends the conversation."""


class _Hooks:
    """What aiosmtpd asks its handler."""

    async def handle_EHLO(
        self, server: Conversation, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [server.offered()]

    async def handle_DATA(self, server: Conversation, session: Session, envelope: Envelope) -> str:
        return await server.take_data(envelope)


class Conversation(SMTP):
    """The server's side of a connection, and its dialogue so far. `task` is None until the client has connected."""

    line_length_limit = LINE_OCTETS

    def __init__(self, setup: Setup, index: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            _Hooks(),
            hostname=HOSTNAME,
            ident="ESMTP",
            loop=loop,
            tls_context=setup.tls,
            data_size_limit=MESSAGE_OCTETS,
            enable_SMTPUTF8="smtputf8" in setup.offer,
            timeout=IDLE_SECONDS,
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
        )
        self.index = index
        self.connected = False
        self._setup = setup
        self._record = Transcript()
        self._chunks = Chunks()
        self._instead: Rule | None = None
        self._silent = False
        self._ended = "closed by the client"

    # What others ask

    @property
    def task(self) -> asyncio.Task[None] | None:
        """What carries the conversation on."""
        return self._handler_coroutine

    @property
    def over(self) -> bool:
        """Whether there is nothing more to be done for it."""
        return not self.connected and self.task is not None and self.task.done()

    def dialogue(self) -> Dialogue:
        """What was said so far."""
        return self._record.dialogue()

    def end(self) -> None:
        """Break the connection."""
        self._ended = "closed by the server"
        for transport in (self.transport, self._original_transport):
            if isinstance(transport, asyncio.WriteTransport):
                # Under Python 3.11.2 a transport of TLS that was closed fails, as it has nothing left to abort.
                with contextlib.suppress(AttributeError):
                    transport.abort()

    async def wait_closed(self) -> None:
        """Wait until the connection is closed and nothing works on it, for at most END_SECONDS each."""
        if self.task:
            await asyncio.wait([self.task], timeout=END_SECONDS)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._writer.wait_closed(), END_SECONDS)

    def offered(self) -> str:
        """The reply to EHLO."""
        return ehlo_reply(HOSTNAME, self._setup.offer, in_tls=bool(self._record.tls))

    # The connection. aiosmtpd drops what it has not read yet when the client closes; here that is still answered.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The client has connected, or TLS has begun."""
        self.connected = True
        super().connection_made(transport)

    def eof_received(self) -> bool | None:
        """The client says no more."""
        asyncio.StreamReaderProtocol.eof_received(self)
        # True keeps the connection for the answers; TLS has no such half.
        return self.session is not None and self.session.ssl is None

    def connection_lost(self, error: Exception | None) -> None:
        """There is no connection any more. How it was lost tells nothing of the script."""
        if not self.connected:
            return
        self.connected = False
        if self._timeout_handle:
            self._timeout_handle.cancel()
        if self._original_transport:
            self._original_transport.close()
        asyncio.StreamReaderProtocol.connection_lost(self, None)

    async def _handle_client(self) -> None:
        try:
            await self._converse()
        except _Over:
            pass
        except asyncio.IncompleteReadError:
            self._record.note(self._ended)
        finally:
            if self.transport:
                self.transport.close()
            self._setup.keeper.keep_dialogue(self.index, self.dialogue())

    async def _converse(self) -> None:
        if "implicit-tls" in self._setup.offer:
            await self._begin_tls(silent=True)
        refused = await self._greet()
        while True:
            line = await self._read_command()
            self._record.command(line)
            verb, _, arg = line.partition(" ")
            if refused and verb.upper() != "QUIT":
                await self.push("503 5.5.1 This server refused the connection")
            else:
                await self._answer(line, verb.upper(), arg.strip())

    async def _greet(self) -> bool:
        """Say the banner; whether it is a refusal, after which RFC 5321 (section 3.1) leaves but QUIT."""
        rule = self._setup.rules.take(BANNER)
        if not rule:
            await self.push(f"220 {HOSTNAME} ESMTP")
            return False
        await self._say(rule)
        return rule.refuses

    async def _answer(self, line: str, verb: str, arg: str) -> None:
        rule = self._setup.rules.take(line)
        if rule and rule.refuses:
            chunk = parse_chunk(arg) if verb == "BDAT" else None
            if chunk and rule.action == "reply":
                await skip(self._reader, chunk.size)
            await self._say(rule)
            return
        method: Callable[[str | None], Awaitable[None]] | None = self._smtp_methods.get(verb)
        if not method:
            # Without the line, which may hold the answer to an AUTH that was refused.
            await self.push("500 Error: command not recognized")
            return
        if not self.enable_SMTPUTF8 and not arg.isascii():
            await self.push("500 Error: strict ASCII mode")
            return
        self._reset_timeout()
        self._instead = rule
        try:
            await method(arg or None)
        except UNREADABLE:
            await self.push("500 Error: bad syntax")
        finally:
            self._instead = None

    async def _say(self, rule: Rule) -> None:
        if rule.reply:
            await self.push("\r\n".join(rule.reply))
        if rule.action == "close":
            self._record.note("closed by the server")
            raise _Over

    async def _read_command(self) -> str:
        """The next line without its line break, with octets beyond UTF-8 as surrogates."""
        while True:
            line = await self._read_line()
            if line is not None:
                return line.decode("utf-8", "surrogateescape")
            self._record.add("C", "<a line that is too long>")
            await self.push("500 Command line too long")

    async def _read_line(self) -> bytes | None:
        """A line without its line break; None for one that is too long."""
        overrun = False
        while True:
            try:
                line = await self._reader.readuntil()
            except asyncio.LimitOverrunError as error:
                await self._reader.readexactly(error.consumed)
                overrun = True
            else:
                return None if overrun or len(line) > COMMAND_OCTETS else line.rstrip(b"\r\n")

    # What is recorded

    async def push(self, status: str | bytes) -> None:
        """Say a reply, or what a rule has in its place."""
        if self._silent:
            return
        text = status if isinstance(status, str) else status.decode("utf-8", "surrogateescape")
        if self._instead and self._instead.reply[0][0] == text[0]:
            text, self._instead = "\r\n".join(self._instead.reply), None
        self._record.reply(text)
        if not self._writer.is_closing():
            self._writer.write(text.encode("utf-8", "surrogateescape") + b"\r\n")
            with contextlib.suppress(ConnectionError):
                await self._writer.drain()

    async def take_data(self, envelope: Envelope) -> str:
        """Keep what came with DATA; the reply."""
        self._record.add("C", ".")
        return await self.take(envelope)

    async def take(self, envelope: Envelope) -> str:
        """Keep a message that has come to its end, unless a rule refuses it; the reply."""
        rule = self._setup.rules.take(MESSAGE)
        if rule and rule.refuses:
            if rule.action == "reply":
                return "\r\n".join(rule.reply)
            await self._say(rule)
        content = envelope.original_content or b""
        recipients = tuple(map(_address, envelope.rcpt_tos))
        try:
            self._setup.keeper.keep_delivery(
                Delivery(_address(envelope.mail_from or ""), recipients, content, self.index)
            )
        except OSError as error:
            return f"452 4.3.1 The message could not be saved: {error.strerror or error}"
        return "\r\n".join(rule.reply) if rule else "250 OK"

    # Commands that are other than aiosmtpd's

    async def smtp_QUIT(self, arg: str | None) -> None:
        """Say good bye; pipelined commands before it have been answered."""
        if arg:
            await self.push("501 Syntax: QUIT")
            return
        await self.push("221 Bye")
        raise _Over

    async def smtp_DATA(self, arg: str | None) -> None:
        """As aiosmtpd, but not for a message that has begun with BDAT (RFC 3030 section 2)."""
        if self._chunks.begun(self.envelope):
            await self.push("503 5.5.1 The message has begun with BDAT")
        else:
            await super().smtp_DATA(arg or "")

    async def smtp_BDAT(self, arg: str | None) -> None:
        """Take a part of a message, where CHUNKING is offered."""
        chunk = parse_chunk(arg)
        if "chunking" not in self._setup.offer:
            await self.push("500 Error: command not recognized")
        elif not chunk:
            await self.push("501 Syntax: BDAT size [LAST]")
        elif not self.envelope or not self.envelope.rcpt_tos:
            await skip(self._reader, chunk.size)
            await self.push("503 Error: need RCPT command")
        else:
            await self._take_chunk(chunk, self.envelope)

    async def _take_chunk(self, chunk: Chunk, envelope: Envelope) -> None:
        if not await self._chunks.read(self._reader, chunk, envelope, MESSAGE_OCTETS):
            self.envelope = self._create_envelope()
            await self.push("552 Error: Too much mail data")
        elif chunk.last:
            envelope.original_content = self._chunks.content()
            self.envelope = self._create_envelope()
            await self.push(await self.take(envelope))
        else:
            await self.push("250 OK")

    async def smtp_STARTTLS(self, arg: str | None) -> None:
        """Begin TLS, where that is offered."""
        if "starttls" not in self._setup.offer:
            await self.push("500 Error: command not recognized")
        elif self._record.tls:
            await self.push("503 5.5.1 TLS has begun already")
        elif arg:
            await self.push("501 Syntax: STARTTLS")
        else:
            await self._begin_tls()

    async def _begin_tls(self, *, silent: bool = False) -> None:
        """The handshake as aiosmtpd does it; `silent` without its reply, where TLS begins with the connection.

        The task of a connection runs before the first octets are read, so that none of them are lost to it.
        """
        self._silent = silent
        failure = "closed by the client"
        try:
            await super().smtp_STARTTLS("")
        except TLSSetupException as error:
            failure = _reason(error.__cause__)
        finally:
            self._silent = False
        secured = self.session.ssl.get("ssl_object") if self.session and self.session.ssl else None
        if not secured:
            self._record.note(f"TLS handshake failed: {failure}")
            self.connection_lost(None)
            raise _Over
        self._record.tls = secured.version() or ""
        self._record.note("TLS handshake")

    async def smtp_AUTH(self, arg: str | None) -> None:
        """Accept any credentials and forget them, where AUTH is offered."""
        if "auth" not in self._setup.offer:
            await self.push("500 Error: command not recognized")
            return
        mechanism, _, answer = (arg or "").partition(" ")
        await super().smtp_AUTH(f"{mechanism.upper()} {answer}".strip())
        if self.session and self.session.authenticated:
            self._record.mechanism = self._record.mechanism or mechanism.upper()

    async def auth_CRAM__MD5(self, _: object, args: list[str]) -> AuthResult:
        """RFC 2195, but for looking at the answer."""
        return AuthResult(success=isinstance(await self.challenge_auth(CHALLENGE), bytes))

    async def challenge_auth(
        self, challenge: str | bytes, encode_to_b64: bool = True, log_client_response: bool = False
    ) -> _Missing | bytes:
        """Ask for an answer and record that it came (RFC 4954 section 4); MISSING where it was refused."""
        octets = challenge.encode() if isinstance(challenge, str) else challenge
        await self.push(b"334 " + (b64encode(octets) if encode_to_b64 else octets))
        line = await self._read_line() or b""
        self._record.add("C", "*" if line == b"*" else REDACTED)
        if line == b"*":
            await self.push("501 5.7.0 Auth aborted")
            return MISSING
        try:
            return b64decode(line, validate=True)
        except binascii.Error:
            await self.push("501 5.5.2 Can't decode base64")
            return MISSING


def _address(text: str) -> str:
    return "" if text == "<>" else readable(text)


def _reason(error: BaseException | None) -> str:
    reason = error.reason if isinstance(error, ssl.SSLError) else ""
    return reason or type(error).__name__
