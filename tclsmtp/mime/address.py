"""RFC 822 address lists, read as tcllib's `mime::parseaddress` reads them.

The grammar is that of RFC 822 section 6.1, the tokens are those of lexer.py. Every rule below cites its clause and
says where the recorded answers of tcllib go another way; both recorded releases give the same answers. A list is read
from left to right with one token of look-ahead, in time linear in its length. A faulty address never stops the list:
its `error` says what was found, and reading goes on after the next comma.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from tclsmtp.mime.lexer import ATOM, END, LITERAL, QUOTED, SPACE, SPECIALS, Lexer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

REMEMBERED = 256
"""Characters of the longest list that is remembered: programs write to the same few people again and again."""


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a list, or what could be read of a faulty one. What the text did not have is an empty string."""

    address: str
    """`local@domain`, with the name of this host where the text gave no domain; empty where it gave no local part."""
    comment: str
    """The comments in and around the address, each in its parentheses, joined by spaces."""
    domain: str
    """The domain as written, white space and comments taken out: `example.org`, `[127.0.0.1]`."""
    error: str
    """What is wrong with the address, in tcllib's words; empty for a good one."""
    friendly: str
    """What to call the mailbox: the phrase without quotes, else the comments, else a name found in the local part."""
    group: str
    """On the first member of a group, and on an empty group: its name as written."""
    local: str
    """The local part as written, quotes included; of `a@b@c` it is `a%b`."""
    member: int | None
    """How many groups are open around the address: 1 in a group, else 0, and less after superfluous semicolons. None
    where reading stopped before the address itself, and on an empty group."""
    phrase: str
    """The name before `<`, in quotes only if it needs them."""
    proper: str
    """The whole in the form to send: `phrase <address>`, or the address alone."""
    route: str
    """The source route with its colon: `@a,@b:`."""

    @property
    def is_empty_group(self) -> bool:
        """True for `undisclosed-recipients:;`, which is no fault and names no mailbox."""
        return not self.address and not self.error

    def to_pairs(self) -> tuple[str | int, ...]:
        """Name, value, name, value, in the order in which `mime::parseaddress` lists them; a missing member is ""."""
        return (
            *("address", self.address, "comment", self.comment, "domain", self.domain, "error", self.error),
            *("friendly", self.friendly, "group", self.group, "local", self.local),
            *("memberP", "" if self.member is None else self.member),
            *("phrase", self.phrase, "proper", self.proper, "route", self.route),
        )


def parse_addresses(text: str, host: str) -> list[Address]:
    """The addresses of a list such as the value of a To header, without the header's name.

    `host` is the name of this host, which completes an address that has no domain. Faults are not raised but told in
    the `error` of the address they are in. Empty members (`a,,b`) are left out, as RFC 822 section 2.7 has it.
    """
    return list(_remember(text, host) if len(text) <= REMEMBERED else _parse(text, host))


def _parse(text: str, host: str) -> Iterator[Address]:
    parser = _Parser(text)
    while draft := parser.next_address():
        yield draft.finish(host)


@lru_cache(maxsize=64)
def _remember(text: str, host: str) -> tuple[Address, ...]:
    return tuple(_parse(text, host))


_WORD = (ATOM, QUOTED)
_SUB_DOMAIN = (ATOM, LITERAL)


class _SyntaxFault(Exception):
    """The address at hand does not follow the grammar; the message goes to its `error`."""


class _Draft:
    """An address while it is read, piece by piece."""

    __slots__ = ("comments", "domain", "error", "group", "local", "member", "phrase", "route")

    def __init__(self, comments: list[str]) -> None:
        self.comments = comments
        self.phrase = self.group = self.error = ""
        self.route: list[str] = []
        self.local: list[str] = []
        self.domain: list[str] = []
        self.member: int | None = None

    def finish(self, host: str) -> Address:
        """The address that the pieces make."""
        local, domain = "".join(self.local), "".join(self.domain)
        address = f"{local}@{domain or host}" if local else ""
        comment = " ".join(self.comments)
        phrase = self.phrase.strip('"')
        friendly = (phrase or comment[1:-1].lstrip(SPACE) or _name_in_local(local)).strip('"')
        if not SPECIALS.isdisjoint(phrase):
            # Quotes that were inside stay as they are: `"a" b` gives `"a" b"`.
            phrase = f'"{phrase}"'
        return Address(
            address=address,
            comment=comment,
            domain=domain,
            error=self.error,
            friendly=friendly,
            group=self.group,
            local=local,
            member=self.member,
            phrase=phrase,
            proper=f"{phrase} <{address}>" if self.phrase else address,
            route="".join(self.route),
        )


_X400_CASE = str.maketrans("gnps\u017f", "GNPSS")
"""Keys count in any case, as Tcl's `string toupper` has it; `str.upper` would move what follows an eszett."""


def _name_in_local(local: str) -> str:
    """The name in a local part that holds an X.400 address (RFC 2156 section 4.1): of `/PN=Joe/` it is `Joe`, of
    `/S=Doe/G=Jane/` it is `Jane Doe`. Any other local part is its own name.
    """
    local = local.strip('"')
    if not local.startswith("/"):
        return local
    folded = local.translate(_X400_CASE)
    if name := _x400_value(local, folded, "/PN="):
        return name
    surname = _x400_value(local, folded, "/S=")
    if not surname:
        return local
    given = _x400_value(local, folded, "/G=")
    return f"{given} {surname}" if given else surname


def _x400_value(local: str, folded: str, key: str) -> str:
    """The value behind a key, without quotes, up to the next slash. One that begins with a slash runs to the end."""
    begin = folded.find(key)
    if begin < 0:
        return ""
    value = local[begin + len(key) :]
    end = value.find("/")
    return (value[:end] if end > 0 else value).strip('"')


class _Parser:
    """RFC 822 section 6.1, address by address."""

    __slots__ = ("depth", "lexer")

    def __init__(self, text: str) -> None:
        self.lexer = Lexer(text)
        self.depth = 0
        """Groups opened and not closed; each superfluous semicolon takes it down, below zero too."""

    def next_address(self) -> _Draft | None:
        """Read one address, good or faulty; None at the end of the list."""
        self.lexer.comments = []
        draft = _Draft(self.lexer.comments)
        try:
            return draft if self._beginning(draft) else None
        except _SyntaxFault as fault:
            draft.error = str(fault)
        while self.lexer.kind not in (",", END):
            self.lexer.next()
        return draft

    def _fault(self, complaint: str) -> _SyntaxFault:
        return _SyntaxFault(f"{complaint} (found {self.lexer.lexeme})")

    def _beginning(self, draft: _Draft) -> bool:
        """address = mailbox / group, after any number of commas (sections 6.1 and 2.7); False at the end of the list.

        Where the RFC wants a comma between addresses, tcllib needs none after `>` or the end of a group.
        """
        lexer = self.lexer
        while (kind := lexer.next()) != END:
            if kind in _WORD:
                if self._after_word(draft):
                    return True
            elif kind == ",":
                lexer.comments.clear()
            elif kind == ";":
                self._close_group()
                lexer.comments.clear()
            elif kind == "<":
                self._bracketed(draft)
                return True
            elif kind == "@":
                self._bare_route(draft)
                return True
            else:
                raise self._fault("unexpected character at beginning")
        return False

    def _after_word(self, draft: _Draft) -> bool:
        """What a first word begins: an addr-spec, a phrase before `<`, or a group (section 6.1).

        False when it began a group, whose first member comes next.
        """
        lexer = self.lexer
        word = lexer.lexeme
        kind = lexer.next()
        if kind == ".":
            # A route may follow the first dot: `a.@b:c@d` is a.c@d by way of b.
            draft.local = [word, "."]
            self._route_addr(draft)
        elif kind in ("@", ",", END) or (kind == ";" and self.depth > 0):
            draft.local = [word]
            draft.member = self.depth
            if kind == "@":
                self._domain(draft)
        else:
            return self._after_phrase(draft, word)
        self._end_of_mailbox()
        return True

    def _end_of_mailbox(self) -> None:
        """Nothing but `,` or the end of the group or list may follow an addr-spec without brackets (section 6.1)."""
        kind = self.lexer.kind
        if kind == ";":
            self._close_group()
            self.lexer.peek_comments()
        elif kind not in (",", END):
            raise self._fault("junk after local@domain")

    def _after_phrase(self, draft: _Draft, word: str) -> bool:
        """phrase = 1*word (section 6.1), then `<` or `:`. From the third token on it may hold dots: `John R. Smith`.

        False when the phrase was the name of a group whose first member comes next.
        """
        lexer = self.lexer
        words = [word]
        while lexer.kind in _WORD or lexer.kind == ".":
            words.append(lexer.lexeme if lexer.kind == "." else f" {lexer.lexeme}")
            lexer.next()
        phrase = "".join(words)
        if lexer.kind == ":":
            return self._group(draft, phrase)
        draft.phrase = phrase
        if lexer.kind == "<":
            self._bracketed(draft)
            return True
        if len(words) > 1:
            raise _SyntaxFault(f"found phrase instead of mailbox ({phrase}{lexer.lexeme})")
        if lexer.kind == ";":
            draft.member = self.depth
            self._close_group()
        raise self._fault("expecting mailbox")

    def _group(self, draft: _Draft, name: str) -> bool:
        """group = phrase ":" [#mailbox] ";" (section 6.1), up to its colon; True when the group is empty.

        The end of the list closes a group. Groups do not nest, unless superfluous semicolons came before.
        """
        lexer = self.lexer
        self.depth += 1
        if self.depth > 1:
            draft.phrase = name
            raise _SyntaxFault(f"nested groups not allowed (found {name})")
        draft.group = name
        first_member = lexer.position
        while lexer.next() == ",":
            pass
        if lexer.kind == ";":
            self.depth = 0
            lexer.peek_comments()
        elif lexer.kind != END:
            lexer.position = first_member
            return False
        return True

    def _close_group(self) -> None:
        self.depth -= 1
        if self.depth < 0:
            raise _SyntaxFault("extraneous semi-colon")

    def _bracketed(self, draft: _Draft) -> None:
        """The rest of "<" route-addr ">" (section 6.1), from behind the `<`."""
        self._route_addr(draft)
        if self.lexer.kind != ">":
            raise self._fault("expecting right-bracket")
        self.lexer.peek_comments()

    def _bare_route(self, draft: _Draft) -> None:
        """A route-addr without brackets, which section 6.1 does not have; whatever token ends it is taken as a `>`."""
        self.lexer.back()
        self._route_addr(draft)
        if self.lexer.kind != ",":
            self.lexer.peek_comments()

    def _route_addr(self, draft: _Draft) -> None:
        """[route] addr-spec (section 6.1), with the token behind them read."""
        if self.lexer.next() == "@":
            self._route(draft)
        else:
            self.lexer.back()
        draft.member = self.depth
        self._addr_spec(draft)

    def _route(self, draft: _Draft) -> None:
        """route = 1#("@" domain) ":" (section 6.1), from the first `@`. The commas may be missing: `@a@b:`."""
        lexer = self.lexer
        while True:
            mark = lexer.lexeme
            if lexer.next() == "@" and draft.route[-1:] == [","]:
                # Recorded for `@a,@@b:`, in both releases: the fault is not the second `@` but what follows it.
                lexer.next()
                raise self._fault("expecting at-sign in route")
            draft.route.append(mark)
            if lexer.kind not in _SUB_DOMAIN:
                raise self._fault("expecting sub-route in route-part")
            draft.route.append(lexer.lexeme)
            kind = lexer.next()
            if kind == ",":
                draft.route.append(",")
                while kind == ",":
                    kind = lexer.next()
                if kind != "@":
                    raise self._fault("expecting at-sign in route")
            elif kind == ":":
                draft.route.append(":")
                return
            elif kind not in (".", "@"):
                raise self._fault("expecting colon to terminate route")

    def _addr_spec(self, draft: _Draft) -> None:
        """addr-spec = local-part "@" domain, local-part = word *("." word) (section 6.1). The domain may be missing."""
        lexer = self.lexer
        while True:
            if lexer.next() not in _WORD:
                raise self._fault("expecting mailbox in local-part")
            draft.local.append(lexer.lexeme)
            if lexer.next() != ".":
                break
            draft.local.append(".")
        if lexer.kind == "@":
            self._domain(draft)
        elif lexer.kind not in (">", ",", ";", END):
            raise self._fault("expecting at-sign after local-part")

    def _domain(self, draft: _Draft) -> None:
        """domain = sub-domain *("." sub-domain) (section 6.1), from the `@`. Of `a@b@c`, which section 6.1 does
        not have, the last domain counts, and what is before it is written `a%b`.
        """
        lexer = self.lexer
        while True:
            if lexer.next() not in _SUB_DOMAIN:
                raise self._fault("expecting sub-domain in domain-part")
            draft.domain.append(lexer.lexeme)
            kind = lexer.next()
            if kind == ".":
                draft.domain.append(".")
            elif kind == "@":
                draft.local += ["%", *draft.domain]
                draft.domain = []
            else:
                return
