"""What is fuzzed: a name to choose it by, the calls it makes, and the dialects that answer as tcllib 1.21 does.

Debian's tcllib 1.21 answers as 2.0 does in nearly everything; where 1.20 answers the same, that dialect is compared
too.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis.strategies import SearchStrategy

from compat.fuzz import addresses, codecs, dates, messages, parts

BOTH = ("2.0", "1.20")
NEW = ("2.0",)


@dataclass(frozen=True)
class Subject:
    """Calls of one command, or of some that belong together. `share` is its part of all calls, relative to others."""

    name: str
    calls: SearchStrategy[list[str]]
    dialects: tuple[str, ...]
    share: int = 1


SUBJECTS = (
    Subject("parseaddress", addresses.PARSEADDRESS, BOTH, 3),
    Subject("parsedatetime", dates.PARSEDATETIME, BOTH, 2),
    Subject("qp_encode", codecs.QP_ENCODE, NEW, 2),
    Subject("qp_decode", codecs.QP_DECODE, BOTH),
    Subject("word_encode", codecs.WORD_ENCODE, NEW, 2),
    Subject("word_decode", codecs.WORD_DECODE, BOTH),
    Subject("field_decode", codecs.FIELD_DECODE, BOTH, 2),
    Subject("mapencoding", codecs.MAPENCODING, BOTH),
    Subject("mapped", codecs.MAPPED, BOTH),
    Subject("encoding_tests", codecs.ENCODING_TESTS, BOTH),
    Subject("headers", parts.HEADERS, NEW, 2),
    Subject("build", parts.BUILD, NEW, 2),
    Subject("copymessage", parts.COPY, NEW),
    Subject("getbody", parts.GETBODY, BOTH),
    Subject("told", parts.TOLD, NEW),
    Subject("options", parts.OPTIONS, NEW),
    Subject("usage", parts.USAGE, NEW),
    Subject("parse", messages.PARSE, NEW, 3),
    Subject("parse_cut", messages.PARSE_CUT, NEW, 2),
)
