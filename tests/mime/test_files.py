"""Files as bodies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tclsmtp.errors import MimeError
from tclsmtp.mime.files import (
    IN_MEMORY,
    PIECE,
    Scan,
    blocks_of,
    file_size,
    read_file,
    read_range,
    read_small_file,
    unix_lines,
)


def scan(*pieces: bytes, codec: str | None = "utf-8") -> Scan:
    return Scan(pieces, codec, lambda lines: b"\x01" not in lines, lambda lines: lines.startswith(b"."))


class TestReading:
    def test_comes_in_pieces_of_the_length_asked_for(self, tmp_path: Path) -> None:
        (tmp_path / "f").write_bytes(b"abcde")
        assert list(read_file(str(tmp_path / "f"), 2)) == [b"ab", b"cd", b"e"]

    def test_name_may_be_octets(self, tmp_path: Path) -> None:
        name = os.fsencode(tmp_path) + b"/caf\xe9"
        Path(os.fsdecode(name)).write_bytes(b"x")
        assert (list(read_file(name)), file_size(name)) == ([b"x"], 1)

    def test_large_file_is_not_held(self, tmp_path: Path) -> None:
        (tmp_path / "f").write_bytes(b"x" * IN_MEMORY)
        assert read_small_file(str(tmp_path / "f")) == b"x" * IN_MEMORY
        (tmp_path / "f").write_bytes(b"x" * (IN_MEMORY + 1))
        assert read_small_file(str(tmp_path / "f")) is None

    def test_part_of_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "f").write_bytes(b"0123456789")
        assert list(read_range(str(tmp_path / "f"), 2, 5)) == [b"23456"]
        assert list(read_range(str(tmp_path / "f"), 8, 5)) == [b"89"]
        assert list(read_range(str(tmp_path / "f"), 2, 0)) == []

    def test_part_of_a_large_file_comes_in_pieces(self, tmp_path: Path) -> None:
        (tmp_path / "f").write_bytes(b"x" * 3 * PIECE)
        assert list(map(len, read_range(str(tmp_path / "f"), 1, 2 * PIECE))) == [PIECE, PIECE]

    def test_errors_are_worded_as_tcl_words_them(self, tmp_path: Path) -> None:
        with pytest.raises(MimeError) as caught:
            read_small_file("/nonexistent")
        assert caught.value.message == 'couldn\'t open "/nonexistent": no such file or directory'
        assert caught.value.errorcode == ("POSIX", "ENOENT", "no such file or directory")

    def test_folder_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(MimeError) as caught:
            list(read_file(str(tmp_path)))
        assert caught.value.errorcode[:2] == ("POSIX", "EISDIR")


@given(st.lists(st.binary(max_size=9)), st.integers(1, 20))
def test_blocks_are_of_one_length_but_the_last(pieces: list[bytes], length: int) -> None:
    octets = b"".join(pieces)
    blocks = [octets[start : start + length] for start in range(0, len(octets), length)]
    assert list(blocks_of(pieces, length)) == blocks


@given(st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\r\n", b""]), max_size=12))
def test_line_breaks_are_those_of_unix_however_the_pieces_fall(pieces: list[bytes]) -> None:
    assert b"".join(unix_lines(pieces)) == b"".join(pieces).replace(b"\r\n", b"\n")


class TestScan:
    def test_character_between_two_pieces_is_valid(self) -> None:
        found = scan(b"caf\xc3", b"\xa9\n")
        assert (found.ascii, found.valid) == (False, True)

    def test_character_cut_at_the_end_is_not(self) -> None:
        assert not scan(b"caf\xc3").valid

    def test_lines_are_looked_at_whole(self) -> None:
        assert scan(b"a.b\n").needs_quoting is False
        assert scan(b"a\n", b".b").needs_quoting is True
        assert scan(b"a", b".b").needs_quoting is False

    def test_one_line_is_enough(self) -> None:
        found = scan(b".\n\x01\n", b"plain\n")
        assert (found.needs_quoting, found.printable) == (True, False)

    def test_endless_line_is_looked_at_in_pieces(self) -> None:
        assert scan(*[b"x" * 50000] * 4, b"\x01").printable is False

    def test_without_codec_all_is_valid(self) -> None:
        assert scan(b"\xff", codec=None).valid

    def test_knows_whether_another_codec_has_its_characters(self) -> None:
        found = scan(b"\xe9")
        assert found.can_become("utf-8")
        assert found.can_become("iso8859-15")
        assert not found.can_become("koi8-r")
