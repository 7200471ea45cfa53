"""Two texts as a reader of a report wants them: without what they have in common, nothing invisible, none endless."""

from __future__ import annotations

import hashlib
from itertools import takewhile

CONTEXT = 2
"""Lines shown before and behind what differs."""

LIMIT = 65536
"""Characters shown of one side."""

ABSENT = "(absent)"
CUT = "[cut: "
"""How the last line begins where not all is shown."""

_CONTROLS = {code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\n\t"} | {127: "\u2421"}


def visible(text: str) -> str:
    """`text` with a picture for each control character but line break and tab; CR is U+240D."""
    return text.translate(_CONTROLS)


def excerpts(reference: str, ours: str) -> tuple[str, str]:
    """The lines of both that differ, with a few around them; `[N equal lines]` stands for the rest.

    What is cut at LIMIT ends in a line that begins with CUT and tells two different texts apart.
    """
    first, second = reference.split("\n"), ours.split("\n")
    before = _common(first, second)
    behind = _common(first[: before - 1 if before else None : -1], second[: before - 1 if before else None : -1])
    return _window(first, before, behind), _window(second, before, behind)


def octets(content: bytes) -> str:
    """A body that is no text: how long it is, and its hash."""
    return f"{len(content)} octets, sha256 {hashlib.sha256(content).hexdigest()}"


def is_cut(text: str) -> bool:
    """Whether more belongs to a shown text than is shown."""
    return text.rpartition("\n")[2].startswith(CUT)


def cut(text: str) -> str:
    """`text`, or its beginning where it is longer than LIMIT."""
    if len(text) <= LIMIT:
        return text
    told = octets(text.encode("utf-8", "surrogatepass"))
    return f"{text[:LIMIT]}\n{CUT}{told} in all]"


def _common(first: list[str], second: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False)))


def _window(lines: list[str], before: int, behind: int) -> str:
    start, end = max(0, before - CONTEXT), len(lines) - max(0, behind - CONTEXT)
    left_out = [f"[{count} equal lines]" if count else "" for count in (start, len(lines) - end)]
    shown = [left_out[0], *lines[start:end], left_out[1]]
    return cut(visible("\n".join(shown[not left_out[0] : len(shown) - (not left_out[1])])))
