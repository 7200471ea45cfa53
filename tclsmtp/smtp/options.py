"""The options of sendmessage and its result, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from tclsmtp.errors import OptionError
from tclsmtp.mime.dates import format_date
from tclsmtp.mime.part import unique_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

RESERVED_HEADERS = frozenset(("content-type", "content-transfer-encoding", "content-md5", "mime-version"))
"""Headers that the message itself says."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recipient that the server refused: the address, its reply code, and the first line of its words."""

    address: str
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """How TLS is to be made.

    With `verify` the server's certificate must be good for its name, by the certificates in `cafile` (a PEM file) or
    `cadir`, or those that the system trusts. `certfile` and `keyfile` (PEM) are what the client shows of itself, and
    `server_name` stands in for the server's name. `minimum` is the oldest version of TLS that will do: "1.2" or "1.3".
    """

    verify: bool = False
    cafile: str = ""
    cadir: str = ""
    certfile: str = ""
    keyfile: str = ""
    server_name: str = ""
    minimum: str = "1.2"


@dataclass(frozen=True, slots=True)
class Options:
    """The options of smtp::sendmessage; the defaults are tcllib's.

    `originator` is an address as in a header, or None where the headers are to be asked; empty is the null sender, to
    which no server reports (RFC 5321, 4.5.5). `recipients` is an address list, empty where the headers are to be asked.
    `headers` are the -header pairs in their order. `max_seconds` is what the script wrote, or a number of seconds; 0
    and below wait for ever. `tls_policy` takes a code and a diagnostic and answers "secure" or "insecure". `tls` is
    asked, when TLS begins, how it is to be made; with a username the certificate is verified whatever it says. `debug`
    gets each line of the dialogue, without a line break. `client` names this machine to the server; empty stands for
    `host`, the name of this machine, which also completes addresses without a domain and, empty, is asked from the
    system. `new_id` makes what a message is called, for such a host, and `new_date` the date of now.
    The password is in no repr.
    """

    servers: tuple[str, ...] = ("localhost",)
    ports: tuple[str | int, ...] = (25,)
    client: str = ""
    queue: bool = False
    at_least_one: bool = False
    originator: str | None = None
    recipients: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    max_seconds: str | float = 120
    use_tls: bool = True
    tls_policy: Callable[[int, str], str] | None = None
    tls_import: bool = False
    tls: Callable[[], TlsSettings] = TlsSettings
    username: str = ""
    password: str = field(default="", repr=False)
    debug: Callable[[str], Any] | None = None
    host: str = ""
    new_id: Callable[[str], str] = unique_id
    new_date: Callable[[], str] = format_date


def check_header_name(name: str) -> None:
    """Raise OptionError for a -header that no script may set, or whose name would break out of its line."""
    if name.lower() in RESERVED_HEADERS:
        raise OptionError(
            "Content-Type, Content-Transfer-Encoding, Content-MD5, and MIME-Version cannot be user-specified."
        )
    if "\r" in name or "\n" in name or "\0" in name:
        raise OptionError(f"CR, LF or NUL in header name {name!r}")


def parse_seconds(given: str | float) -> float | None:
    """The seconds of -maxsecs, fractions allowed, or None for 0 and below: wait for ever.

    Raises OptionError for a word. Like Tcl it reads 0x10 as 16.
    """
    try:
        seconds = float(given)
    except ValueError:
        try:
            seconds = int(str(given), 0)
        except ValueError:
            raise OptionError(f"-maxsecs expects a number of seconds, not {given}") from None
    if seconds != seconds:
        raise OptionError(f"-maxsecs expects a number of seconds, not {given}")
    return seconds if 0 < seconds < float("inf") else None
