from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tclsmtp.dialect import DEFAULT
from tclsmtp.mime.part import Part
from tclsmtp.smtp.content import HELD_IN_MEMORY, Content
from tclsmtp.spool.stored_content import StoredContent, header_of, message_id, octets_of
from tests.spool.spooling import entry

HEADERS = [("Message-ID", "<1@x>"), ("To", "j\u00f6rg@example.com")]
LARGE = b"0123456789abcdef" * (HELD_IN_MEMORY // 8)


def content_of(data: bytes) -> Content:
    return Content(Part.create("application/octet-stream", encoding="8bit", headers=HEADERS, data=data), DEFAULT)


def stored(content: Content, size: int = 1000) -> StoredContent:
    """The same content after it was kept, and is read in pieces of that size."""
    octets = b"".join(octets_of(content))

    def read() -> Iterator[bytes]:
        for start in range(0, len(octets), size):
            yield octets[start : start + size]

    made = replace(entry(), size=len(octets), is_ascii=content.is_ascii, utf8_lines=content.utf8_lines)
    return StoredContent(made, read)


@pytest.mark.parametrize("data", [b"Hello.\r\n", b"no line break", b"\xff", b"", LARGE, LARGE + b"\r", b"a\r.\r\nb"])
@pytest.mark.parametrize("size", [7, 100_000])
def test_it_is_what_it_was(data: bytes, size: int) -> None:
    content = content_of(data)
    again = stored(content, size)
    assert b"".join(again.chunks()) == b"".join(octets_of(content))
    assert again.size == len(b"".join(again.chunks()))
    assert (again.is_ascii, again.whole is None) == (content.is_ascii, content.whole is None)


@pytest.mark.parametrize("data", [b"Hello.\r\n", LARGE])
@pytest.mark.parametrize("size", [7, 100_000])
def test_it_has_another_form_for_a_server_that_does_smtputf8(data: bytes, size: int) -> None:
    content = content_of(data)
    again = stored(content, size).in_utf8()
    assert again.needs_utf8
    assert b"".join(again.chunks()) == b"".join(octets_of(content.in_utf8()))
    assert "To: j\u00f6rg@example.com\r\n".encode() in header_of(again.chunks())


def test_a_message_is_kept_with_the_line_break_that_ends_it() -> None:
    for data in (b"x", b"x\r\n", LARGE, LARGE + b"\r\n", LARGE + b"\r"):
        content = content_of(data)
        octets = b"".join(octets_of(content))
        assert octets.endswith(b"\r\n")
        assert octets.startswith(b"".join(content.chunks()))


def test_a_header_is_found_in_whatever_pieces() -> None:
    octets = b"A: b\r\nC: d\r\n\r\nbody\r\n\r\n"
    for size in (1, 3, 100):
        assert header_of(octets[start : start + size] for start in range(0, len(octets), size)) == b"A: b\r\nC: d\r\n"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (b"Message-ID: <1@x>\r\n", "<1@x>"),
        (b"A: b\r\nmessage-id:\r\n <1@x> \r\n", "<1@x>"),
        (b"Message-ID: <1@x>\r\nResent-Message-ID: <2@x>\r\n", "<2@x>"),
        (b"X-Message-ID: <1@x>\r\n", ""),
        (b"Message-ID:\r\n", ""),
        (b"", ""),
    ],
)
def test_a_message_is_called_what_its_header_says(header: bytes, name: str) -> None:
    assert message_id(header) == name
