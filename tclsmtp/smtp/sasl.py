"""The SASL mechanisms of SMTP AUTH (RFC 4954) as pure steps: challenges in, responses out.

A conversation of one mechanism: `AUTH name` is sent without an initial response, as tcllib does; each `334 text` is
answered with `answer(text)`; at a 235 comes `finish()`. Where one of them raises SaslError in the middle, a line of `*`
cancels the exchange. After a ServerProofError the server is not to be trusted with another mechanism.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from tclsmtp.errors import SaslError, ServerProofError
from tclsmtp.smtp.international import characters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from hashlib import _Hash
    from typing import Any, Self

    from spnego import ContextProxy

MAX_CHALLENGE = 9216
"""Octets of the longest challenge: a line of 12288 octets (RFC 4954, section 4) in base64."""

MAX_ITERATION_DIGITS = 6
"""SCRAM's iterations below a million: about half a second's work, and more than servers ask for."""

SCRAM_HASHES = ("SHA-512", "SHA-256", "SHA-1")
"""The strongest first."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who the client is, in characters. The password is in no repr."""

    username: str
    password: str = field(repr=False)

    @classmethod
    def from_tcl(cls, username: str, password: str) -> Self:
        """Credentials from the words of a Tcl script.

        A script that met a server which wants UTF-8 gives tcllib the octets (`encoding convertto utf-8`), one character
        each, and tcllib sends them as they are. Such words stand for the characters that they encode.
        """
        return cls(characters(username), characters(password))


class Mechanism(ABC):
    """One authentication by one mechanism; it cannot be used twice.

    `name` is the mechanism's name in AUTH. With `plain_text` the server sees the password itself. `steps` is the number
    of challenges, the first `unread` of which carry nothing that the mechanism reads.
    """

    name: str
    plain_text = False
    steps = 1
    unread = 0
    _awaits_proof = False
    """Whether the server has yet to prove that it knows the password, which it does with the last challenge."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials
        self._taken = 0
        self._proving = False

    def answer(self, text: str) -> str:
        """The line that answers `334 text`, without a line break; empty where the challenge only wants to be heard.

        Raises SaslError as `step` does, and for text that is not base64 where the mechanism reads it: many a server
        greets with words that are not ("334 NTLM supported").
        """
        from binascii import a2b_base64, b2a_base64

        try:
            challenge = a2b_base64(text.strip(), strict_mode=True)
        except ValueError:
            if self._taken >= self.unread:
                raise self._error("the challenge is not base64") from None
            challenge = b""
        return b2a_base64(self.step(challenge), newline=False).decode("ascii")

    def step(self, challenge: bytes) -> bytes:
        """The response to a challenge, both before base64.

        Raises SaslError for a challenge that is wrong, too long or one too many, and for credentials that the mechanism
        cannot carry; ServerProofError where the server's proof does not hold.
        """
        if len(challenge) > MAX_CHALLENGE:
            raise self._error(f"a challenge of {len(challenge)} octets")
        number, self._taken = self._taken, self.steps
        if number >= self.steps:
            raise self._error("a challenge too many")
        self._proving = self._awaits_proof and number == self.steps - 1
        response = self._respond(number, b"" if number < self.unread else challenge)
        self._taken = number + 1
        return response

    def finish(self) -> None:
        """Take note of the server's 235. Raises ServerProofError where the server still owes its proof."""
        if self._awaits_proof:
            raise ServerProofError(self.name, "the server accepted without a proof that it knows the password")

    @abstractmethod
    def _respond(self, number: int, challenge: bytes) -> bytes:
        """The response to the challenge of that number, counted from 0. Raises as `step`."""

    def _error(self, why: str) -> SaslError:
        return (ServerProofError if self._proving else SaslError)(self.name, why)

    def _username(self, codec: str = "utf-8") -> bytes:
        return self._octets("username", self._credentials.username, codec)

    def _password(self, codec: str = "utf-8") -> bytes:
        return self._octets("password", self._credentials.password, codec)

    def _octets(self, what: str, text: str, codec: str = "utf-8") -> bytes:
        # The error must hold no password: one raised within the except block would, by its context.
        octets = encoded(text, codec)
        if octets is None or b"\0" in octets:
            raise self._error(f"the {what} has a character that cannot be sent")
        return octets


class Plain(Mechanism):
    """RFC 4616."""

    name = "PLAIN"
    plain_text = True
    unread = 1

    def _respond(self, number: int, challenge: bytes) -> bytes:
        return b"\0%b\0%b" % (self._username(), self._password())


class Login(Mechanism):
    """The username, then the password, whatever the server asks for (as tcllib)."""

    name = "LOGIN"
    plain_text = True
    steps = 2
    unread = 2

    def _respond(self, number: int, challenge: bytes) -> bytes:
        return self._username() if number == 0 else self._password()


class CramMd5(Mechanism):
    """RFC 2195."""

    name = "CRAM-MD5"

    def _respond(self, number: int, challenge: bytes) -> bytes:
        from hmac import HMAC

        if not challenge:
            raise self._error("an empty challenge")
        return b"%b %b" % (self._username(), HMAC(self._password(), challenge, md5).hexdigest().encode("ascii"))


class Scram(Mechanism):
    """RFC 5802 and RFC 7677, by scramp.

    `binding` is the server's end point where the client could bind to the channel; a `name` in -PLUS does so.
    `cnonce` is the client's nonce, made at random where not given.
    """

    steps = 3
    unread = 1
    _awaits_proof = True

    def __init__(
        self,
        name: str,
        credentials: Credentials,
        binding: bytes | None = None,
        *,
        cnonce: str | None = None,
    ) -> None:
        super().__init__(credentials)
        self.name = name
        self._binding = ("tls-server-end-point", binding) if binding else None
        self._cnonce = cnonce
        self._client: Any = None

    def _respond(self, number: int, challenge: bytes) -> bytes:
        from scramp import ScramException

        if challenge.startswith(b"e="):
            raise SaslError(self.name, f"the server says {shown(challenge[2:])}")
        try:
            return self._move(number, challenge.decode()).encode()
        except UnicodeDecodeError:
            raise self._error("the challenge is not UTF-8") from None
        except ScramException as error:
            raise self._error(str(error.args[0])) from None

    def _move(self, number: int, message: str) -> str:
        if number == 0:
            return self._first()
        if number == 1:
            self._bound_work(message)
            self._client.set_server_first(message)
            return str(self._client.get_client_final())
        self._client.set_server_final(message)
        self._awaits_proof = False
        return ""

    def _first(self) -> str:
        from scramp import ScramClient

        # Checked here so that the reason is the same as with other mechanisms.
        self._username()
        self._password()
        username, password = self._credentials.username, self._credentials.password
        self._client = ScramClient([self.name], username, password, self._binding, self._cnonce)
        return str(self._client.get_client_first())

    def _bound_work(self, message: str) -> None:
        for attribute in message.split(","):
            if attribute.startswith("i=") and len(attribute) > len("i=") + MAX_ITERATION_DIGITS:
                raise self._error("the server asks for too many iterations")


class Ntlm(Mechanism):
    """NTLM as [MS-SMTPNTLM] carries it, by pyspnego; the username may be `DOMAIN\\user`."""

    name = "NTLM"
    steps = 2
    unread = 1

    def __init__(self, credentials: Credentials, host: str) -> None:
        super().__init__(credentials)
        self._host = host
        self._context: ContextProxy | None = None

    def _respond(self, number: int, challenge: bytes) -> bytes:
        from struct import error as StructError

        from spnego.exceptions import SpnegoError

        # What pyspnego's parser of a challenge was seen to raise for random octets, beside what it means to.
        try:
            return self._exchange(challenge if number else None)
        except (SpnegoError, ValueError, LookupError, ArithmeticError, StructError):
            reason = "the challenge is not one of NTLM" if number else "NTLM cannot begin"
        raise self._error(reason)

    def _exchange(self, challenge: bytes | None) -> bytes:
        if self._context is None:
            self._username()
            self._password()
            self._context = self._begin()
        return self._context.step(challenge) or b""

    def _begin(self) -> ContextProxy:
        import spnego
        from spnego.exceptions import NegotiateOptions

        return spnego.client(
            spnego.Password(self._credentials.username, self._credentials.password),
            hostname=self._host,
            service="smtp",
            protocol="ntlm",
            context_req=spnego.ContextReq.none,
            options=NegotiateOptions.use_ntlm,
        )


def choose(
    offered: Iterable[str], credentials: Credentials, *, host: str, certificate: bytes | None = None
) -> Iterator[Mechanism]:
    """The mechanisms that both sides know, the strongest first.

    `offered` are the words of the server's AUTH in any case, `host` is its name as the script gave it, `certificate`
    the DER of what it showed in TLS. SCRAM is there where scramp is installed, its -PLUS forms only inside TLS, and
    NTLM where pyspnego is.
    """
    names = frozenset(name.upper() for name in offered)
    if any(name.startswith("SCRAM-") for name in names) and _installed("scramp"):
        yield from _scram(names, credentials, server_end_point(certificate) if certificate else None)
    if "DIGEST-MD5" in names:
        from tclsmtp.smtp.digest_md5 import DigestMd5

        yield DigestMd5(credentials, f"smtp/{host}")
    if "CRAM-MD5" in names:
        yield CramMd5(credentials)
    if "NTLM" in names and _installed("spnego"):
        yield Ntlm(credentials, host)
    if "LOGIN" in names:
        yield Login(credentials)
    if "PLAIN" in names:
        yield Plain(credentials)


def server_end_point(certificate: bytes) -> bytes | None:
    """The channel binding tls-server-end-point (RFC 5929, section 4) of a certificate in DER, where it has one.

    Python's ssl offers no type but tls-unique, which TLS 1.3 has not.
    """
    from hashlib import new

    from asn1crypto.x509 import Certificate

    try:
        name = str(Certificate.load(certificate, strict=True).hash_algo)
        hashed = new("sha256" if name in ("md5", "sha1") else name, certificate)
    except ValueError:
        return None
    # Ed448 signs with SHAKE256, whose digest has no size of its own, and the RFC gives it none.
    return hashed.digest() if hashed.digest_size else None


def _scram(names: frozenset[str], credentials: Credentials, binding: bytes | None) -> Iterator[Scram]:
    if binding:
        for name in (f"SCRAM-{kind}-PLUS" for kind in SCRAM_HASHES):
            if name in names:
                yield Scram(name, credentials, binding)
    # Without -PLUS the client says whether it could have bound; a server that can takes that for a sign that its offer
    # was cut out on the way (RFC 5802, section 6). After a -PLUS that failed it must not say so.
    if any(name.startswith("SCRAM-") and name.endswith("-PLUS") for name in names):
        binding = None
    for name in (f"SCRAM-{kind}" for kind in SCRAM_HASHES):
        if name in names:
            yield Scram(name, credentials, binding)


def missing(offered: Iterable[str]) -> Iterator[str]:
    """What to do to have mechanisms that the server offers and that `choose` left out, for the operator to read."""
    names = [name.upper() for name in offered]
    for module, mechanism, extra in (("scramp", "SCRAM-", "scram"), ("spnego", "NTLM", "ntlm")):
        found = [name for name in names if name.startswith(mechanism)]
        if found and not _installed(module):
            yield f"AUTH {' '.join(found)} not used: pip install 'tclsmtp[{extra}]'"


def _installed(module: str) -> bool:
    from importlib import import_module

    try:
        import_module(module)
    except ImportError:
        return False
    return True


def encoded(text: str, codec: str) -> bytes | None:
    """The octets of a text, None where the codec has not all of its characters."""
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        return None


def shown(octets: bytes) -> str:
    """Words of the server for an error's text."""
    return repr(octets[:100].decode("latin-1"))


def md5(data: bytes = b"") -> _Hash:
    """MD5, which the mechanisms prescribe, also from a Python that was built for FIPS and has it for nothing else."""
    from hashlib import md5 as any_md5

    return any_md5(data, usedforsecurity=False)
