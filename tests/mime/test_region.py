"""Bodies where they stand in a message."""

from __future__ import annotations

from pathlib import Path

import pytest

from tclsmtp.errors import MimeError
from tclsmtp.mime.region import Region

OCTETS = b"..eHl6\r\nMTI=\n.."


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "message"
    path.write_bytes(OCTETS)
    return str(path)


class TestRegion:
    def test_in_memory(self) -> None:
        region = Region(OCTETS, None, 2, 13)
        assert (b"".join(region.raw()), region.size(""), region.size("base64")) == (b"eHl6\r\nMTI=\n", 11, 8)
        assert (region.read("7bit"), region.read("base64")) == (b"eHl6\r\nMTI=\n", b"xyz12")

    def test_in_a_file(self, file: str) -> None:
        region = Region(b"", file, 2, 13)
        assert (region.read(""), region.read("base64"), region.size("")) == (b"eHl6\r\nMTI=\n", b"xyz12", 11)

    def test_crlf_may_count_as_lf(self) -> None:
        region = Region(OCTETS, None, 2, 13, unix=True)
        assert (region.read(""), region.size("")) == (b"eHl6\nMTI=\n", 10)

    def test_blocks_are_of_the_decoded_body(self, file: str) -> None:
        assert list(Region(b"", file, 2, 13).blocks("base64", 2)) == [b"xy", b"z1", b"2"]

    def test_wide_text_counts_characters(self) -> None:
        region = Region("\u20acb\xe9".encode(), None, 0, 6, wide=True)
        assert (region.size(""), region.read(""), list(region.blocks("", 2))) == (3, "\u20acb\xe9", ["\u20acb", "\xe9"])

    def test_base64_among_wide_text_is_octets(self) -> None:
        region = Region("eHl6\u20ac".encode(), None, 0, 7, wide=True)
        assert (region.read("base64"), list(region.blocks("base64", 9))) == (b"xyz", [b"xyz"])

    def test_file_that_has_gone(self, file: str) -> None:
        region = Region(b"", file, 2, 13)
        Path(file).unlink()
        with pytest.raises(MimeError, match="no such file or directory") as caught:
            region.read("base64")
        assert caught.value.errorcode[:2] == ("POSIX", "ENOENT")

    def test_file_that_is_shorter_by_now(self, file: str) -> None:
        region = Region(b"", file, 2, 13)
        Path(file).write_bytes(b"..eHl6")
        assert region.read("base64") == b"xyz"

    def test_broken_base64_is_told_as_tcllib_does(self, file: str) -> None:
        with pytest.raises(MimeError) as caught:
            Region(b"eHl6e", None, 0, 5).read("base64")
        assert caught.value.message == 'invalid base64 character "e" at position 4'
        with pytest.raises(MimeError) as caught:
            Region(b"", file, 2, 3).read("base64")
        assert caught.value.message == 'invalid base64 character "e" at position 0'

    def test_broken_base64_in_memory_is_told_before_the_first_block(self, file: str) -> None:
        with pytest.raises(MimeError):
            next(Region(b"eHl6e", None, 0, 5).blocks("base64", 1))
        assert next(Region(b"", file, 2, 7).blocks("base64", 1)) == b"x"
