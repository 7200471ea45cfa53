"""Content in chunks."""

from __future__ import annotations

import asyncio

import pytest

from tclsmtp.migrate.chunking import Chunk, Chunks, parse_chunk, skip


@pytest.mark.parametrize(
    ("argument", "chunk"),
    [
        ("0", Chunk(0, last=False)),
        ("12 LAST", Chunk(12, last=True)),
        ("12  last", Chunk(12, last=True)),
        *((wrong, None) for wrong in (None, "", "LAST", "-1", "1 2", "1 LAST x", "9" * 19)),
    ],
)
def test_bdat_says_a_size_and_whether_it_is_the_last(argument: str | None, chunk: Chunk | None) -> None:
    assert parse_chunk(argument) == chunk


def fed(octets: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(octets)
    reader.feed_eof()
    return reader


def test_chunks_of_one_envelope_are_one_message() -> None:
    async def read() -> bytes:
        chunks, reader, first, second = Chunks(), fed(b"abcdefg"), object(), object()
        assert await chunks.read(reader, Chunk(3, last=False), first, 10)
        assert not chunks.begun(second)
        assert await chunks.read(reader, Chunk(2, last=False), second, 10)
        assert await chunks.read(reader, Chunk(2, last=True), second, 10)
        assert chunks.begun(second)
        return chunks.content()

    assert asyncio.run(read()) == b"defg"


def test_a_chunk_beyond_the_limit_is_passed_over() -> None:
    async def read() -> bytes:
        reader = fed(b"abcdefg")
        assert not await Chunks().read(reader, Chunk(3, last=False), object(), 2)
        return await reader.read(10)

    assert asyncio.run(read()) == b"defg"


def test_a_chunk_that_is_cut_off_is_an_error() -> None:
    async def read() -> None:
        await skip(fed(b"abc"), 4)

    with pytest.raises(asyncio.IncompleteReadError):
        asyncio.run(read())
