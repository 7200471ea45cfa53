"""What deviations of tclsmtp make of the texts of a difference, where a regular expression is not enough to say it.

The texts are those that differences.py shows. A rewrite is given any, and leaves alone what it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from tclsmtp.migrate.dialogues import MESSAGE
from tclsmtp.migrate.differences import LEFT, UNLABELLED
from tclsmtp.migrate.showing import ABSENT
from tclsmtp.mime.charsets import charsets, python_codec

Rewrite = Callable[[str, str], tuple[str, str]]
"""From the reference's text and ours to both as they read without the deviation; what is not its doing stays."""

_PLACE = re.compile(r"(?:part [0-9.]+: )?")
_LEFT = re.compile(rf" \({LEFT} (?:message [0-9]+|a failed attempt)\)\Z")
_CODE = re.compile(r"(\W*|.*\b(?:rc|code|catch|status|ret\w*)\W+)7(?![\w.])(.*)")
_COUNT = re.compile(r"([0-9]{1,9}) messages?")
_NOBODYS = re.compile(r"only here: message [0-9]+ to , subject: ")
_INJECTED = re.compile(r" +[!-9;-~]+: [^\n]*")
_LABEL = re.compile(r'; charset="(?:utf-8|iso-8859-1)"')
_PARAMETER = re.compile(r'; [^=;"]+="[^"]*"')


def without_left_headers(reference: str, ours: str) -> tuple[str, str]:
    """headers-restored: headers of the last send are no longer on the token."""
    return _without_values(reference, lambda value: _LEFT.search(value) is not None), ours


def without_blind_recipients(reference: str, ours: str) -> tuple[str, str]:
    """bcc-leak: of Bcc and Dcc only empty ones are sent."""
    return _without_values(reference, lambda value: value not in ("", ABSENT)), ours


def refused_with_1(reference: str, ours: str) -> tuple[str, str]:
    """refusal-code, stdout: what `catch` gives is 1 where it was 7, on a line that says little else or names it."""
    lines = reference.split("\n")
    for number, (line, other) in enumerate(zip(lines, ours.split("\n"), strict=False)):
        found = _CODE.fullmatch(line)
        if found and other.startswith(f"{found[1]}1"):
            lines[number] = f"{found[1]}1{found[2]}"
    return "\n".join(lines), ours


def labelled_text(reference: str, ours: str) -> tuple[str, str]:
    """eight-bit, structure: text beyond ASCII has a charset, where the reference told none."""
    lines = reference.split("\n")
    for number, (line, other) in enumerate(zip(lines, ours.split("\n"), strict=False)):
        label = _LABEL.search(other)
        if line.endswith(f" {UNLABELLED}") and label and "; charset=" not in line:
            lines[number] = line.removesuffix(f" {UNLABELLED}") + label[0]
    return _sorted_parameters("\n".join(lines)), _sorted_parameters(ours)


def sorted_parameters(reference: str, ours: str) -> tuple[str, str]:
    """param-order, structure: parameters come in the order given, not in that of a hash table."""
    return _sorted_parameters(reference), _sorted_parameters(ours)


def cut_characters(reference: str, ours: str) -> tuple[str, str]:
    """eight-bit, body: the reference sends the low byte of characters beyond U+00FF."""
    return reference, "".join(chr(ord(character) & 0xFF) if _is_wide(character) else character for character in ours)


def octets_as_characters(reference: str, ours: str) -> tuple[str, str]:
    """eight-bit, body: the reference sends octets as the UTF-8 of the characters of that number.

    Either text is read in the charset of the label, which is not told here.
    """
    if not reference.isascii() and any(_as_octets(reference, codec) == ours for codec in _codecs()):
        return ours, ours
    return reference, ours


def without_injected_header(reference: str, ours: str) -> tuple[str, str]:
    """injection, header: what would have been a header of its own is the end of the one that it was given in."""
    if ours.startswith(reference) and _INJECTED.fullmatch(ours, len(reference)):
        return reference, reference
    return reference, ours


def without_nobodys_messages(reference: str, ours: str) -> tuple[str, str]:
    """empty-group, count: no message is sent to the null address alone."""
    first, *alone = reference.split("\n")
    kept = [line for line in alone if not _NOBODYS.match(line)]
    counted = _COUNT.fullmatch(first)
    if not counted or len(kept) == len(alone):
        return reference, ours
    count = int(counted[1]) - (len(alone) - len(kept))
    return "\n".join([f"{count} message{'s' * (count != 1)}", *kept]), ours


def one_command_at_a_time(reference: str, ours: str) -> tuple[str, str]:
    """pipelined, dialogue: without the steps that were on their way when the one before them was refused."""
    kept: list[str] = []
    mail, recipients = "", 0
    for line in ours.split("\n"):
        name, _, code = line.partition(" ")
        refused = code.startswith(("4", "5"))
        if name == "MAIL":
            mail, recipients = code, 0
        elif name == "RCPT":
            recipients += not refused
        lost = mail.startswith(("4", "5")) or (name == MESSAGE and not recipients)
        if not (refused and lost and name in ("RCPT", MESSAGE)):
            kept.append(line)
    return reference, "\n".join(kept)


def _as_octets(text: str, codec: str) -> str | None:
    try:
        return text.encode(codec).decode("utf-8").encode("latin-1").decode(codec)
    except ValueError:
        return None


@cache
def _codecs() -> tuple[str, ...]:
    found = map(python_codec, charsets())
    return tuple(dict.fromkeys(codec for codec in found if codec))


def _is_wide(character: str) -> bool:
    # The pictures of control characters stand for those.
    return ord(character) > 0xFF and not 0x2400 <= ord(character) <= 0x2421


def _without_values(text: str, goes: Callable[[str], bool]) -> str:
    place = _PLACE.match(text)
    start = place.end() if place else 0
    values = text[start:].split("\n")
    kept = [value for value in values if not goes(value)]
    return text[:start] + ("\n".join(kept) if kept else ABSENT)


def _sorted_parameters(text: str) -> str:
    return "\n".join(_PARAMETER.sub("", line) + "".join(sorted(_PARAMETER.findall(line))) for line in text.split("\n"))


REWRITES: dict[str, Rewrite] = {
    rewrite.__name__: rewrite
    for rewrite in (
        without_left_headers,
        without_blind_recipients,
        refused_with_1,
        labelled_text,
        sorted_parameters,
        cut_characters,
        octets_as_characters,
        without_injected_header,
        without_nobodys_messages,
        one_command_at_a_time,
    )
}
