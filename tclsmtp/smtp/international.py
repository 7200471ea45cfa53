"""Addresses outside ASCII: in commands (RFC 6531), in headers (RFC 6532), and their domains (RFC 5891).

A domain goes out in A-labels everywhere, so that an address whose local part is ASCII can be given to every server. A
local part outside ASCII goes in UTF-8 to a server that does SMTPUTF8, and to no other.
"""

from __future__ import annotations

from dataclasses import dataclass

from tclsmtp.mime.headers import Headers, header_line
from tclsmtp.mime.lexer import ATOM, BROKEN, END, LITERAL, QUOTED, Lexer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REFUSED = 553
REFUSAL = "5.6.7 the server does not do SMTPUTF8, and takes no address outside ASCII"
"""What a server says that does know such addresses and does not allow one (RFC 6531, 3.5)."""

ADDRESS_FIELDS = frozenset(
    f"{prefix}{name}" for prefix in ("", "resent-") for name in ("from", "sender", "reply-to", "to", "cc", "bcc")
)

PLACEHOLDER = "invalid@internationalized-address.invalid"
"""What stands in a header for an address that only SMTPUTF8 can carry (RFC 6858, 2.1), which the name says."""

_WORD = (ATOM, QUOTED)
_SUB_DOMAIN = (ATOM, LITERAL)
_BREAKS = frozenset("\r\n\0")
_LONGEST = 64 + 1 + 255
"""Characters of an address that can be meant (RFC 5321, 4.5.3.1)."""
_SUBSTITUTE = "\x1a"
_NOT_IN_NAMES = dict.fromkeys(map(ord, '\\"'))


def characters(text: str) -> str:
    """The characters that a script meant: octets of UTF-8, one in each character, stand for what they encode."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def in_command(address: str) -> str:
    """The address as MAIL and RCPT carry it, UTF-8 with an octet in each character.

    Raises UnicodeError for a domain that is none in IDNA 2008.
    """
    if address.isascii():
        return address
    local, at, domain = characters(address).rpartition("@")
    return f"{local}{at}{ascii_domain(domain)}".encode().decode("latin-1")


def needs_utf8(address: str) -> bool:
    """Whether only a server that does SMTPUTF8 can be given the address. Raises as `in_command`."""
    return not in_command(address).isascii()


def ascii_domain(domain: str) -> str:
    """The domain in A-labels (RFC 5891), in lower case and NFC before (RFC 5895).

    Raises UnicodeError for a domain that is none.
    """
    if domain.isascii():
        return domain
    from idna import encode

    # Label by label, for those in ASCII may have what IDNA forbids, such as an underscore.
    return ".".join(
        label if label.isascii() else encode(label, uts46=True).decode("ascii") for label in domain.split(".")
    )


class HeaderAddresses:
    """The headers of a message, of whose addresses some are outside ASCII.

    `headers` are for any server: domains are in A-labels, and PLACEHOLDER stands for other addresses. `utf8_lines` are
    those of their lines that differ for a server that does SMTPUTF8, each with what stands there in its place.
    """

    def __init__(self, headers: Headers) -> None:
        self.headers = headers.copy()
        self.utf8_lines: list[tuple[bytes, bytes]] = []
        for name in headers.names():
            values = headers.get_all(name)
            if name.lower() in ADDRESS_FIELDS and not all(map(str.isascii, values)):
                self.headers.set_all(name, [self._for_any_server(name, value) for value in values])

    def _for_any_server(self, name: str, value: str) -> str:
        text = characters(value)
        rewritten = _rewrite(text, _in_ascii)
        if rewritten == text:
            return value
        line, utf8_line = _octets(header_line(name, rewritten)), _utf8_line(name, text)
        if line != utf8_line:
            self.utf8_lines.append((line, utf8_line))
        return rewritten


def _octets(line: str) -> bytes:
    return b"%b\r\n" % line.replace("\n", "\r\n").encode("utf-8", "replace")


def _utf8_line(name: str, text: str) -> bytes:
    """The header's line with the addresses in UTF-8; what else is not ASCII becomes encoded words."""
    raw: list[str] = []

    def hold_the_place(local: str, domain: str) -> str:
        address = f"{local}@{domain}"
        if local.isascii() or len(address) > _LONGEST or not _BREAKS.isdisjoint(address):
            return _in_ascii(local, domain)
        raw.append(address)
        return _place_of(address)

    line = header_line(name, _rewrite(text.replace(_SUBSTITUTE, ""), hold_the_place))
    pieces = []
    done = 0
    for address in raw:
        begin = line.index(_SUBSTITUTE, done)
        pieces += [line[done:begin], address]
        done = begin + len(_place_of(address))
    return _octets("".join([*pieces, line[done:]]))


def _place_of(address: str) -> str:
    """ASCII as long as the address will be, so that the line is folded where it has to be."""
    return _SUBSTITUTE * len(address.encode("utf-8", "replace"))


def _in_ascii(local: str, domain: str) -> str:
    """An addr-spec for any server; "" where there is none."""
    if not local.isascii():
        return ""
    try:
        return f"{local}@{ascii_domain(domain)}"
    except UnicodeError:
        return f"{local}@{domain}"


def _rewrite(text: str, replace: Callable[[str, str], str]) -> str:
    """An address list with each addr-spec outside ASCII replaced, by PLACEHOLDER where `replace` answers ""."""
    pieces = []
    done = 0
    for spec in _addr_specs(text):
        if spec.local.isascii() and spec.domain.isascii():
            continue
        address, (begin, end) = replace(spec.local, spec.domain), spec.extent
        if not address:
            (begin, end), address = spec.mailbox, spec.placeholder()
        pieces += [text[done:begin], address]
        done = end
    return "".join([*pieces, text[done:]])


@dataclass(frozen=True, slots=True)
class _AddrSpec:
    """An addr-spec within an address list, and where it and the mailbox around it, with its brackets, begin and end.

    The local part and the domain are without the blanks and comments that may stand within. A name may be given to the
    mailbox where it `may_be_named`, which it may not within brackets that hold more.
    """

    local: str
    domain: str
    extent: tuple[int, int]
    mailbox: tuple[int, int]
    may_be_named: bool

    def placeholder(self) -> str:
        if not self.may_be_named:
            return PLACEHOLDER
        return f'"{f"{self.local}@{self.domain}".translate(_NOT_IN_NAMES)}" <{PLACEHOLDER}>'


def _addr_specs(text: str) -> Iterator[_AddrSpec]:
    """local-part = word *("." word) and domain = sub-domain *("." sub-domain) around each "@" (RFC 822, 6.1)."""
    tokens = list(_tokens(text))
    free = 0
    in_brackets = False
    for number, token in enumerate(tokens):
        if token.kind in ("<", ">"):
            in_brackets = token.kind == "<"
        if token.kind != "@":
            continue
        first = max(free, _end_of_run(tokens, number - 1, -1, _WORD))
        last = _end_of_run(tokens, number + 1, 1, _SUB_DOMAIN)
        if not first < number < last:
            continue
        free = last + 1
        bracketed = first > 0 and tokens[first - 1].kind == "<" and _is_one(tokens, free, (">",))
        yield _AddrSpec(
            "".join(part.text for part in tokens[first:number]),
            "".join(part.text for part in tokens[number + 1 : free]),
            (tokens[first].begin, tokens[last].end),
            (tokens[first - bracketed].begin, tokens[last + bracketed].end),
            bracketed or not in_brackets,
        )


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    begin: int
    end: int


def _tokens(text: str) -> Iterator[_Token]:
    lexer = Lexer(text)
    while (kind := lexer.next()) not in (END, BROKEN):
        yield _Token(kind, lexer.lexeme, lexer.position - len(lexer.lexeme), lexer.position)


def _end_of_run(tokens: list[_Token], number: int, step: int, kinds: tuple[str, ...]) -> int:
    """Where a run of such tokens, with dots between them, ends that begins with that number; before it if none does."""
    if not _is_one(tokens, number, kinds):
        return number - step
    while _is_one(tokens, number + step, (".",)) and _is_one(tokens, number + 2 * step, kinds):
        number += 2 * step
    return number


def _is_one(tokens: list[_Token], number: int, kinds: tuple[str, ...]) -> bool:
    return 0 <= number < len(tokens) and tokens[number].kind in kinds
