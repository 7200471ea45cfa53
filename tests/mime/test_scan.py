"""A message as lines that are read forward."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.mime import scan
from tclsmtp.mime.scan import Scanner

TEXT = st.lists(st.sampled_from([b"\n", b"-", b"--", b"\n--", b"x", b"\r\n"]), max_size=40).map(b"".join)


def in_memory(octets: bytes) -> Scanner:
    return Scanner(octets)


def from_file(octets: bytes) -> Scanner:
    return Scanner(b"", BytesIO(octets))


BOTH = pytest.mark.parametrize("scanner", [in_memory, from_file])


@BOTH
class TestScanner:
    def test_line_is_not_taken(self, scanner: Callable[[bytes], Scanner]) -> None:
        lines = scanner(b"ab\ncd")
        assert (lines.line(9), lines.line(9), lines.position) == (b"ab\n", b"ab\n", 0)
        lines.advance(3)
        assert (lines.line(9), lines.position) == (b"cd", 3)
        lines.advance(2)
        assert lines.line(9) == b""

    def test_of_a_long_line_there_is_only_the_beginning(self, scanner: Callable[[bytes], Scanner]) -> None:
        assert scanner(b"abcdef\n").line(4) == b"abcd"

    def test_dashes_at_the_position_count_unless_further_ones_are_wanted(
        self, scanner: Callable[[bytes], Scanner]
    ) -> None:
        lines = scanner(b"--a\nb --\n--c")
        lines.to_dashes(False)
        assert lines.position == 0
        lines.to_dashes(True)
        assert lines.position == 9
        lines.to_dashes(True)
        assert (lines.position, lines.line(9)) == (12, b"")

    def test_end(self, scanner: Callable[[bytes], Scanner]) -> None:
        lines = scanner(b"abc\nde\n")
        lines.to_end()
        assert (lines.position, lines.before(7), lines.line(9)) == (7, b"e\n", b"")

    def test_octets_before(self, scanner: Callable[[bytes], Scanner]) -> None:
        lines = scanner(b"a\r\n--")
        lines.to_dashes(False)
        assert [lines.before(offset) for offset in range(4)] == [b"", b"a", b"a\r", b"\r\n"]


def dashes(scanner: Scanner) -> list[tuple[int, bytes, bytes]]:
    """Where lines begin with hyphens, what they are, and what is before them."""
    found = []
    scanner.to_dashes(False)
    while line := scanner.line(100):
        found.append((scanner.position, line, scanner.before(scanner.position)))
        scanner.to_dashes(True)
    return found


@given(TEXT, st.integers(1, 7))
def test_blocks_of_a_file_make_no_difference(octets: bytes, length: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_BLOCK", length)
        assert dashes(from_file(octets)) == dashes(in_memory(octets))


def test_little_of_a_file_is_held() -> None:
    class Counted(BytesIO):
        most = 0

        def read(self, size: Any = -1) -> bytes:
            Counted.most = max(Counted.most, size)
            return super().read(size)

    scanner = Scanner(b"", Counted(b"x" * 10_000_000 + b"\n--a\n" + b"y" * 10_000_000))
    scanner.to_dashes(False)
    assert scanner.position == 10_000_001
    assert len(scanner._buffer) <= 2 * Counted.most
    scanner.to_dashes(True)
    assert scanner.position == 20_000_005
    assert len(scanner._buffer) <= 2 * Counted.most
