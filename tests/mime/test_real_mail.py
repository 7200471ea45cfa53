"""Mail as it is: CPython's own messages, compared with Python's email package and with tcllib itself."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from tclsmtp.errors import MimeError
from tclsmtp.mime.part import Part
from tests.support.tclsh import Shell

MAIL = Path(__file__).parents[2] / "compat" / "transcripts" / "mail"
NAMES = sorted(path.stem for path in MAIL.glob("*.txt"))

DIGEST = "tcllib takes a part of a digest for text/plain, not for a message, where it does not say what it is"
NO_END = "a multipart without end: tcllib makes application/octet-stream of what follows the last boundary, if anything"
STATUS = "tcllib takes a message/delivery-status for one message, not for one of each block"
DIFFERENT = {
    "msg_02": (DIGEST, "multipart/digest(text/plain, text/plain, text/plain, text/plain, text/plain)"),
    "msg_15": (NO_END, "multipart/alternative(application/octet-stream)"),
    "msg_16": (STATUS, "message/delivery-status(text/plain)"),
    "msg_17": (NO_END, "multipart/mixed()"),
    "msg_25": ("an unquoted slash makes tcllib give up a Content-Type", "text/plain"),
    "msg_30": (DIGEST, "multipart/digest(text/plain, text/plain)"),
    "msg_31": (NO_END, "multipart/mixed()"),
    "msg_34": (DIGEST, "multipart/digest(text/plain, text/plain)"),
    "msg_37": (
        "two boundaries in a row have an empty part between them",
        "text/x-one, text/plain, text/x-two, text/plain, text/plain, text/plain, text/x-two",
    ),
    "msg_38": (
        "a boundary with a blank behind it is none to tcllib",
        "multipart/alternative(application/octet-stream)",
    ),
    "msg_39": (NO_END, "multipart/alternative(application/octet-stream)"),
    "msg_42": (NO_END, "message/rfc822(multipart/mixed(application/octet-stream))"),
    "msg_43": (STATUS, "message/delivery-status(text/plain)"),
}
"""Where tcllib sees other parts than Python, why, and what it sees."""
REFUSED = {
    "msg_19": "improper line in header: Send Ppp mailing list submissions to",
    "msg_33": "boundary parameter is missing in multipart/signed",
    "msg_35": "improper line in header: counter to RFC 2822, there's no separating newline here",
    "msg_41": "boundary parameter is missing in multipart/alternative",
    "msg_47": "improper line in header: bar",
}
"""What tcllib cannot read, and its words."""
NOT_FROM_MEMORY = ("msg_15", "msg_17", "msg_31", "msg_38", "msg_39")
"""Multiparts without end that are refused in memory, and read from a file."""
SAME_BOUNDARY = ("msg_15", "msg_39")
"""Multiparts within others of the same boundary: no reader can tell which of them a boundary ends."""
READ = [name for name in NAMES if name not in REFUSED]

TREE = """
    package require mime
    fconfigure stdout -translation lf -encoding utf-8
    proc sorted dictionary {
        set pairs {}
        foreach key [lsort [dict keys $dictionary]] { lappend pairs $key [dict get $dictionary $key] }
        return $pairs
    }
    proc tree part {
        set facts [list [mime::getproperty $part content] [mime::getproperty $part encoding]]
        lappend facts [mime::getproperty $part size] [sorted [mime::getproperty $part params]]
        lappend facts [mime::getheader $part -names]
        if {[catch {mime::getproperty $part parts} parts]} { return [lappend facts [mime::getbody $part]] }
        return [lappend facts [lmap child $parts { tree $child }]]
    }
    foreach file $argv {
        puts [list [file tail $file] [catch { tree [mime::initialize -file $file] } tree] $tree]
        set channel [open $file]
        fconfigure $channel -translation binary
        puts [list [catch { tree [mime::initialize -string [read $channel]] } tree] $tree]
        close $channel
    }
"""


def octets(name: str) -> bytes:
    return (MAIL / f"{name}.txt").read_bytes()


def seen(part: Part) -> tuple[str, object]:
    """Types and decoded bodies of the parts, line breaks as on Unix."""
    if part.parts is not None:
        return part.content, [seen(child) for child in part]
    body = part.read()
    return part.content, (body if isinstance(body, bytes) else body.encode()).replace(b"\r\n", b"\n")


def seen_by_python(message: Message[Any, Any]) -> tuple[str, object]:
    payload = message.get_payload()
    if isinstance(payload, list):
        return message.get_content_type(), [seen_by_python(child) for child in payload if isinstance(child, Message)]
    body = message.get_payload(decode=True)
    return message.get_content_type(), (body if isinstance(body, bytes) else b"").replace(b"\r\n", b"\n")


def outline(part: Part) -> str:
    return part.content if part.parts is None else f"{part.content}({', '.join(map(outline, part.parts))})"


@pytest.mark.parametrize("name", [name for name in READ if name not in DIFFERENT])
def test_parts_and_bodies_are_those_that_python_sees(name: str) -> None:
    expected = seen_by_python(message_from_bytes(octets(name)))
    assert seen(Part.parse(octets(name))) == expected
    assert seen(Part.parse(MAIL / f"{name}.txt")) == expected


@pytest.mark.parametrize("name", DIFFERENT)
def test_parts_that_python_sees_otherwise(name: str) -> None:
    part = Part.parse(MAIL / f"{name}.txt")
    assert seen(part) != seen_by_python(message_from_bytes(octets(name)))
    assert DIFFERENT[name][1] in outline(part), DIFFERENT[name][0]


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    for message in (octets(name), MAIL / f"{name}.txt"):
        with pytest.raises(MimeError) as caught:
            Part.parse(message)
        assert caught.value.message.startswith(REFUSED[name])


@pytest.mark.parametrize("name", NOT_FROM_MEMORY)
def test_without_end_in_memory(name: str) -> None:
    with pytest.raises(MimeError, match="end-of-string encountered while parsing multipart/"):
        Part.parse(octets(name))


@pytest.mark.parametrize("name", [name for name in READ if name not in SAME_BOUNDARY])
def test_rebuilt_it_says_the_same(name: str) -> None:
    part = Part.parse(MAIL / f"{name}.txt")
    again = Part.parse(bytes(part))
    assert seen(again) == seen(part)
    assert list(again.headers.items()) == list(part.headers.items())
    assert bytes(again) == bytes(part)


@pytest.mark.parametrize("name", [name for name in READ if name not in DIFFERENT])
def test_as_a_message_of_python_it_says_the_same(name: str) -> None:
    part = Part.parse(octets(name))
    assert seen_by_python(part.to_email()) == seen(part)
    assert seen(Part.from_email(part.to_email())) == seen(part)


def test_tcllib_sees_the_same(both: tuple[Shell, Shell]) -> None:
    # Of lines that end in CR LF, tcllib 1.21 keeps the CR as `]`.
    files = [str(MAIL / f"{name}.txt") for name in NAMES if b"\r" not in octets(name)]
    tcllib, ours = (shell.run(TREE, *files) for shell in both)
    assert ours.out.splitlines() == tcllib.out.splitlines()
    assert (ours.status, len(ours.out) > 50_000) == (0, True)
