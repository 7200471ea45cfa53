"""From the options of sendmessage to who sends what to whom: pure, nothing here looks at a message or a socket.

The rules are tcllib's, as sessions/basic, bcc, resent and originator_recipients show them: only what -header says is
consulted, never what the message itself carries.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from tclsmtp.errors import AddressError, OptionError, UnsafeTextError
from tclsmtp.mime.address import parse_addresses
from tclsmtp.smtp.options import Options, check_header_name, parse_seconds
from tclsmtp.smtp.protocol import encode_line
from tclsmtp.smtp.transport import host_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from email.message import EmailMessage

    from tclsmtp.mime.address import Address

BLIND = ("Bcc", "Dcc", "Resent-Bcc", "Resent-Dcc")
"""Headers whose content nobody gets to see."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom, and the headers that go with it.

    `recipients` get the message in a first transaction, `blind` a digest that wraps it in a second one. `headers` are
    added to the message's own, in this order. `prefix` is "Resent-" where a message is passed on, else empty: it
    stands before Date and Message-ID. `author` and `subject` are for the digest; without a subject that is None.
    """

    originator: str
    recipients: tuple[str, ...]
    blind: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    prefix: str = ""
    author: str = ""
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a call of sendmessage decided before it looks at the message.

    `seconds` is how long the server may take over the message, None for ever; `host` the name of this machine.
    """

    options: Options
    envelope: Envelope
    seconds: float | None
    host: str


class _Headers:
    """The -header pairs by name, in the order and the spelling in which each name came first."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, tuple[str, list[str]]] = {}
        for name, value in pairs:
            check_header_name(name)
            self._values.setdefault(name.lower(), (name, []))[1].append(value)
        self.prefix = "Resent-" if any(name.startswith("resent-") for name in self._values) else ""

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._values

    def values(self, name: str) -> list[str]:
        found = self._values.get(name.lower())
        return found[1] if found else []

    def joined(self, name: str) -> str:
        return ",".join(self.values(name))

    def without(self, *names: str) -> list[tuple[str, str]]:
        dropped = {name.lower() for name in names}
        return [(name, value) for key, (name, values) in self._values.items() if key not in dropped for value in values]


def prepare(options: Options) -> Plan:
    """Check the options and decide the envelope, before any message or server is looked at.

    Raises OptionError and AddressError, in tcllib's order of checks and with its texts.
    """
    host = options.host or host_name()
    headers = _Headers(options.headers)
    prefix = headers.prefix
    author, originator, sender = _originator(options, headers, host)
    if not options.recipients and f"{prefix}To" not in headers:
        raise OptionError(f'need -header "{prefix}To ..."')
    blind = _mailboxes(f"{prefix}Bcc", headers.joined(f"{prefix}Bcc"), host)
    recipients = _recipients(options, headers, host)
    if not recipients and not blind:
        raise AddressError("no recipient: the recipients given name no mailbox", options.recipients)
    subjects = headers.values("Subject")
    envelope = Envelope(
        originator,
        recipients,
        blind,
        tuple(_outgoing(headers, author, sender)),
        prefix,
        author,
        subjects[0] if subjects else None,
    )
    _check_client(options.client)
    return Plan(options, envelope, parse_seconds(options.max_seconds), host)


def prepare_email(options: Options, message: EmailMessage) -> Plan:
    """As `prepare`, but who sends to whom is said by the message's own headers where the options do not say it.

    The headers are those that smtplib's send_message asks: Sender or else From, and To, Cc and Bcc, or their Resent
    forms where there is a Resent-Date.
    """
    from email.utils import getaddresses

    host = options.host or host_name()
    prefix = "Resent-" if "Resent-Date" in message else ""

    def listed(*names: str) -> list[str]:
        values = [str(value) for name in names for value in message.get_all(prefix + name, [])]
        return [_safe(prefix + names[0], address) for _, address in getaddresses(values) if address]

    originator: str | None = options.originator
    if originator:
        originator = _only_mailbox("originator", originator, host)
    elif originator is None:
        originator = next(iter(listed("Sender") or listed("From")), None)
    recipients = _mailboxes("recipients", options.recipients, host) or tuple(listed("To", "Cc", "Bcc"))
    if originator is None or not recipients:
        missing = "originator" if originator is None else "recipient"
        raise AddressError(f"no {missing}: neither the call nor the message's headers name one")
    headers = _Headers(options.headers).without(*BLIND)
    envelope = Envelope(originator, recipients, (), tuple(headers), prefix)
    _check_client(options.client)
    return Plan(options, envelope, parse_seconds(options.max_seconds), host)


def _originator(options: Options, headers: _Headers, host: str) -> tuple[str, str, str]:
    """The author as the headers name him, his address, and the Sender to add ("" for none).

    All are empty with the null sender: then, as in tcllib, nobody is looked for in From, and none is added.
    """
    name = f"{headers.prefix}From"
    if options.originator == "":
        return "", "", ""
    if options.originator:
        address = _only_mailbox("-originator", options.originator, host)
        return options.originator, address, _sender(headers, address, host)
    author = headers.joined(name) if name in headers else login_name()
    return author, _only_mailbox(name, author, host), ""


def _sender(headers: _Headers, originator: str, host: str) -> str:
    # With an -originator beside From, tcllib calls the first author the sender; no other mailbox of From is looked at.
    name = f"{headers.prefix}From"
    if name not in headers or f"{headers.prefix}Sender" in headers:
        return ""
    author = _address(name, headers.joined(name), _parsed(name, headers.joined(name), host)[0])
    return author if author != originator else ""


def _only_mailbox(name: str, text: str, host: str) -> str:
    addresses = _parsed(name, text, host)
    if len(addresses) > 1:
        raise AddressError(f"too many mailboxes in {name}: {text}", text)
    return _address(name, text, addresses[0])


def _recipients(options: Options, headers: _Headers, host: str) -> tuple[str, ...]:
    if options.recipients:
        return _mailboxes("-recipients", options.recipients, host)
    names = [f"{headers.prefix}{name}" for name in ("To", "cc", "Dcc") if f"{headers.prefix}{name}" in headers]
    return _mailboxes("/".join(names), ",".join(headers.joined(name) for name in names), host)


def _mailboxes(name: str, text: str, host: str) -> tuple[str, ...]:
    """The addresses of a list; a group without members has none."""
    if not text:
        return ()
    addresses = [_address(name, text, address) for address in parse_addresses(text, host)]
    return tuple(address for address in addresses if address)


def _parsed(name: str, text: str, host: str) -> list[Address]:
    addresses = parse_addresses(text, host)
    if not addresses:
        # These very words, dollar sign and all, are tcllib's.
        raise AddressError(f'error in {name}: invalid address "$from"', text)
    return addresses


def _address(name: str, text: str, parsed: Address) -> str:
    if parsed.error:
        raise AddressError(f"error in {name}: {parsed.error}", parsed.address or text)
    return _safe(name, parsed.address)


def _safe(name: str, address: str) -> str:
    try:
        encode_line(address if address.isascii() else _in_command(address))
    except (UnsafeTextError, UnicodeError) as error:
        raise AddressError(f"error in {name}: {error}", address) from error
    return address


def _in_command(address: str) -> str:
    from tclsmtp.smtp.international import in_command

    return in_command(address)


def _outgoing(headers: _Headers, author: str, sender: str) -> list[tuple[str, str]]:
    """What is added to the message's headers, but for Date and Message-ID."""
    prefix = headers.prefix
    outgoing = headers.without(*BLIND)
    if author and f"{prefix}From" not in headers:
        outgoing.append((f"{prefix}From", author))
    if sender:
        outgoing.append((f"{prefix}Sender", sender))
    if f"{prefix}To" not in headers:
        outgoing.append((f"{prefix}Bcc", ""))
    return outgoing


def _check_client(client: str) -> None:
    try:
        encode_line(client)
    except UnsafeTextError as error:
        raise OptionError(f"-client: {error}") from error


def login_name() -> str:
    """Whom the system runs this for, as Tcl's tcl_platform(user)."""
    try:
        import pwd
    except ImportError:
        return os.environ.get("USERNAME", "")
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
