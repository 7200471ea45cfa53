"""A proxy that makes a server on this machine a distant one: `distance.py MILLISECONDS PORT`, for a round trip.

What either side sends arrives half a round trip later. A connection begins as over a wire: a client that connects has
gone half a round trip to the server, half back, and half again to complete the handshake before the server sees it.

It prints its port and serves until its standard input ends.
"""

from __future__ import annotations

import asyncio
import socket
import sys

HANDSHAKE = 1.5
CHUNK = 65_536


class Distance:
    """Two ends, `seconds` apart, there and back."""

    def __init__(self, seconds: float, port: int) -> None:
        self.seconds = seconds
        self.port = port
        self.connections: set[asyncio.Task[None] | None] = set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry what a client and the server say, until both are done."""
        self.connections.add(asyncio.current_task())
        no_delay(writer)
        await asyncio.sleep(HANDSHAKE * self.seconds)
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.port)
        no_delay(server_writer)
        await asyncio.gather(self.carry(reader, server_writer), self.carry(server_reader, writer))

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One direction. As many pieces as there are may be on the way."""
        way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arrival = asyncio.create_task(self.arrive(way, writer))
        data = b"..."
        while data:
            data = await receive(reader)
            way.put_nowait((asyncio.get_running_loop().time() + self.seconds / 2, data))
        await arrival

    async def arrive(self, way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
        data = b"..."
        while data:
            due, data = await way.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            if data:
                writer.write(data)
        writer.close()


async def receive(reader: asyncio.StreamReader) -> bytes:
    """What came, b"" at the end, however it came about."""
    try:
        return await reader.read(CHUNK)
    except ConnectionError:
        return b""


def no_delay(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


async def serve(milliseconds: float, port: int) -> None:
    distance = Distance(milliseconds / 1e3, port)
    server = await asyncio.start_server(distance.connected, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)
    server.close()
    await asyncio.gather(*filter(None, distance.connections))


def main() -> None:
    asyncio.run(serve(float(sys.argv[1]), int(sys.argv[2])))


if __name__ == "__main__":
    main()
