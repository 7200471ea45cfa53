"""Lists of addresses: by RFC 822, and with pieces where they do not belong."""

from __future__ import annotations

import re

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from compat.fuzz.texts import calls, pieces

_ATOMS = [
    "root",
    "joe",
    "J",
    "a.b.c",
    "mary-ann",
    "O'Hara",
    "info+tag",
    "é",
    "münchen",
    "user_1",
    "/PN=Joe/",
    "/S=Doe/G=Jane/",
]
_QUOTED = ['"Doe, J."', '"a\\"b"', '"x"', '""', '"a\\\\"', '"a\nb"', '"/S=Doe/"', '"un']
_DOMAINS = ["example.org", "x", "a.b.example.com", "[127.0.0.1]", "[IPv6:::1]", "[a\\]b]", "localhost", "é.de", "[open"]
_SPACES = ["", "", "", " ", "\t", "\n ", "\r\n ", "(c)", " (c(n)) ", "(a\\)b)", "(", ")"]
_SPECIALS = [*'()<>@,;:\\".[] \t\n', "<>", "@@", "..", ",,", ";;", "::", "\0", "\r", "\u20ac"]


def _one(*choices: list[str]) -> SearchStrategy[str]:
    return st.sampled_from([choice for some in choices for choice in some])


def _joined(*parts: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


_SPACE = st.sampled_from(_SPACES)
_WORD = _one(_ATOMS, _QUOTED)
_LOCAL = _WORD | _joined(_WORD, _SPACE, st.just("."), _SPACE, _WORD)
_DOMAIN = st.sampled_from(_DOMAINS)
_SPEC = _LOCAL | _joined(_LOCAL, _SPACE, st.just("@"), _SPACE, _DOMAIN, _SPACE)
_ROUTE = st.sampled_from(["", "", "", "@r1:", "@r1,@r2:", "@r1@r2:", "@r1,", "@:", "@[1.2.3.4]:"])
_PHRASE = st.lists(_one(_ATOMS, _QUOTED, ["."]), max_size=3).map(" ".join)
_ANGLE = _joined(_PHRASE, _SPACE, st.just("<"), _SPACE, _ROUTE, _SPEC, st.sampled_from([">", ">", ">", ""]))
_MAILBOX = _SPEC | _ANGLE
_GROUP = _joined(
    _PHRASE, st.just(":"), st.lists(_MAILBOX, max_size=3).map(",".join), _SPACE, st.sampled_from([";", ";", ""])
)
_LIST = st.lists(_MAILBOX | _GROUP, max_size=3).flatmap(
    lambda addresses: st.sampled_from([",", ", ", " ", ",,", ";"]).map(lambda separator: separator.join(addresses))
)
_BROKEN = pieces([*_ATOMS[:4], *_QUOTED[:3], *_DOMAINS[:4], *_SPECIALS], 12)

_AT_AFTER_AT_IN_ROUTE = re.compile(r"@.*,.*@\W*@", re.DOTALL)
"""`@a,@@b:` has an error of its own in 1.21; both releases recorded have another."""

ADDRESSES = (_LIST | _BROKEN).filter(lambda text: not _AT_AFTER_AT_IN_ROUTE.search(text))
PARSEADDRESS = calls(ADDRESSES, ("mime::parseaddress", "{}"))
