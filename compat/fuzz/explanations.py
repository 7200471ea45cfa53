"""Why tclsmtp may answer otherwise: deviations of compat/deviations.toml as the calls here show them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from compat.fuzz.sides import Answer

Rewrite = Callable[[str, Answer], Answer]


@dataclass(frozen=True)
class Explanation:
    """How answers to the calls that `applies` names differ by an entry of the list; `deviation` is its id.

    `rewrite` makes tclsmtp's answer to a call of tcllib's; where it puts into order what tcllib has in none, both
    answers are rewritten.
    """

    deviation: str
    applies: Callable[[str], object]
    rewrite: Rewrite
    orders_both: bool = False

    def __str__(self) -> str:
        return self.deviation


def _substitute(pattern: str, replacement: str) -> Rewrite:
    found = re.compile(pattern, re.MULTILINE)
    return lambda _, answer: replace(answer, result=found.sub(replacement, answer.result))


def _in_built(rewrite: Callable[[str], str]) -> Rewrite:
    """Rewrites the message that was built, not what was told of the part before."""

    def rewritten(_: str, answer: Answer) -> Answer:
        told, begin, built = answer.result.partition("\n(0) MIME-Version: ")
        return replace(answer, result=told + begin + rewrite(built))

    return rewritten


_PARAMETERS = re.compile(r"(?<=;)(?:\r?\n {14}[^\n;]*(?:;(?=\r?\n {14}))?)+")


def _sort_parameters(_: str, answer: Answer) -> Answer:
    return replace(
        answer,
        result=_PARAMETERS.sub(lambda found: "".join(sorted(re.findall(r"\s {14}[^\n;\r]*", found[0]))), answer.result),
    )


_NUMERIC_ZONE = re.compile(r'([+-])(\d\d)(\d\d)" zone$')


def _minutes_east(call: str, answer: Answer) -> Answer:
    """The error that tcllib gives for each numeric zone becomes the minutes east of Greenwich."""
    found = _NUMERIC_ZONE.search(call)
    if not found or not answer.result.startswith("unrecognized timezone-mnemonic: "):
        return answer
    minutes = int(found[2]) * 60 + int(found[3])
    return Answer(0, str(-minutes if found[1] == "-" else minutes))


_PARSES = re.compile(r"mime::initialize -(?:string|file) ").search
_WIDE = re.compile("\xc2([\x80-\xbf])|\xc3([\x80-\xbf])")


def _parses_octets(call: str) -> object:
    return _PARSES(call) and re.search(r"\\u00[89a-f]|=[89A-F]|w6k", call)


def _octets(text: str) -> str:
    """What 2.0 writes as the utf-8 of a character stays the octet that it was."""
    return _WIDE.sub(lambda found: found[1] or chr(ord(found[2]) + 0x40), text)


_DOT = re.compile(r"^(.*?)(=\n)?=2E(?:=\n)?\n", re.MULTILINE)


def _put_dot_on_its_line(_: str, answer: Answer) -> Answer:
    """The line before is then broken for its own length, and not for that of both."""

    def written(found: re.Match[str]) -> str:
        soft_break = found[2] if found[2] and len(found[1]) > LONGEST_LINE else ""
        return f"{found[1]}{soft_break}\n=2E\n"

    return replace(answer, result=_DOT.sub(written, answer.result))


LONGEST_LINE = 72
"""Characters of the longest line of quoted-printable that tcllib leaves in one piece."""

_WRITES = re.compile(r"buildmessage|copied").search

EXPLANATIONS = (
    Explanation(
        "cte-once",
        _WRITES,
        _substitute(
            r"^(Content-Transfer-Encoding: (.+)\n)(Content-Type: .+\n(?: .+\n)*)Content-Transfer-Encoding: \2\n",
            r"\1\3",
        ),
    ),
    Explanation(
        "param-order", re.compile(r"buildmessage|copied|getContentType").search, _sort_parameters, orders_both=True
    ),
    # A part read without an encoding stays so; 2.0 names one, and leaves the body as it is.
    Explanation(
        "eight-bit",
        _PARSES,
        _substitute(r"^Content-Transfer-Encoding: (?:quoted-printable|base64)\r?\n(?=Content-Type: )", ""),
        orders_both=True,
    ),
    Explanation("eight-bit", _parses_octets, _in_built(_octets)),
    Explanation(
        "crlf-body",
        re.compile(r"mime::initialize -(?:string|file) .*\\r.*buildmessage").search,
        _in_built(lambda text: text.replace("\r\r\n", "\r\n")),
    ),
    Explanation(
        "crlf-body", re.compile(r"mime::initialize -file ").search, _substitute(r"^size \(0\) -1$", "size (0) 0")
    ),
    Explanation("names", _NUMERIC_ZONE.search, _minutes_east),
    Explanation("names", re.compile(" lmonth$").search, _substitute("^Sepember$", "September")),
    Explanation("qp-dot", re.compile(r"qp_encode .*\\n\.\\n").search, _put_dot_on_its_line),
)


def explain(call: str, theirs: Answer, ours: Answer) -> tuple[Explanation, ...] | None:
    """The fewest explanations that make tclsmtp's answer of tcllib's, none where they are the same; None if none do."""
    for chosen in _subsets([each for each in EXPLANATIONS if each.applies(call)]):
        expected, got = theirs, ours
        for each in chosen:
            expected = each.rewrite(call, expected)
            got = each.rewrite(call, got) if each.orders_both else got
        if expected == got:
            return chosen
    return None


def _subsets(usable: list[Explanation]) -> Iterator[tuple[Explanation, ...]]:
    for size in range(len(usable) + 1):
        yield from combinations(usable, size)
