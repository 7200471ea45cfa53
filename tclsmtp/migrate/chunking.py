"""Content that comes in BDAT commands (RFC 3030)."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Final

CHUNK = re.compile(r"(\d{1,18})(?: +(LAST))?", re.IGNORECASE)
PIECE_OCTETS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Chunk:
    """What BDAT announces: the octets that follow its line, and whether the message ends with them."""

    size: int
    last: bool


def parse_chunk(argument: str | None) -> Chunk | None:
    """The argument of BDAT; None where it is none, and nobody can tell how many octets follow."""
    found = CHUNK.fullmatch(argument or "")
    return Chunk(int(found[1]), bool(found[2])) if found else None


class Chunks:
    """The chunks of one message after another. A message is told by its envelope, which RSET and others replace."""

    def __init__(self) -> None:
        self._envelope: object = None
        self._octets = bytearray()

    def begun(self, envelope: object) -> bool:
        """Whether that message has had a chunk."""
        return self._envelope is envelope

    async def read(self, reader: asyncio.StreamReader, chunk: Chunk, envelope: object, limit: int) -> bool:
        """Add a chunk to a message; False, and it is passed over, where the message is longer than `limit` octets.

        Raises IncompleteReadError.
        """
        if not self.begun(envelope):
            self._envelope, self._octets = envelope, bytearray()
        if len(self._octets) + chunk.size > limit:
            await skip(reader, chunk.size)
            return False
        self._octets += await reader.readexactly(chunk.size)
        return True

    def content(self) -> bytes:
        """The whole message; it is forgotten here."""
        content = bytes(self._octets)
        self._envelope, self._octets = None, bytearray()
        return content


async def skip(reader: asyncio.StreamReader, size: int) -> None:
    """Pass over octets. Raises IncompleteReadError."""
    while size:
        piece = min(size, PIECE_OCTETS)
        await reader.readexactly(piece)
        size -= piece
