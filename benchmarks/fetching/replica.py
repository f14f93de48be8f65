"""A site on loopback that sends prepared pages as fast as it can; the same for whoever fetches.

Run it with `python -m benchmarks.fetching.replica FILE...`. It prints its port and serves until its standard input
ends: `/plain/0`, `/plain/1` and so on, each the next of the files, over and over; the same compressed as `/gzip/0` and
so on; and a robots.txt that allows them.
"""

import asyncio
import gzip
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 9))
"""The addresses it listens on, each a host of its own."""

ROBOTS = b"User-agent: *\nDisallow: /search\n"


class Connection(asyncio.Protocol):
    """Answers one request after the other."""

    def __init__(self, answers: dict[bytes, list[bytes]]) -> None:
        self._answers = answers
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what answers go to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete; none has a body."""
        *requests, self._received = (self._received + data).split(b"\r\n\r\n")
        for request in requests:
            _, kind, *number = request.split(b" ", 2)[1].split(b"/")
            answers = self._answers[kind]
            self._transport.write(answers[int(number[0]) % len(answers) if number else 0])


def answer(media_type: str, body: bytes, more: str = "") -> bytes:
    """A whole HTTP answer; `more` are further lines of its head."""
    lines = f"HTTP/1.1 200 OK\r\nContent-Type: {media_type}; charset=utf-8\r\n{more}Content-Length: {len(body)}\r\n\r\n"
    return lines.encode() + body


async def serve(pages: Sequence[bytes]) -> None:
    """Serve until standard input ends."""
    answers = {
        b"robots.txt": [answer("text/plain", ROBOTS)],
        b"plain": [answer("text/html", page) for page in pages],
        b"gzip": [answer("text/html", gzip.compress(page), "Content-Encoding: gzip\r\n") for page in pages],
    }
    loop = asyncio.get_running_loop()
    port = 0
    for host in HOSTS:
        listener = socket.create_server((host, port), backlog=64)
        # A page that fits into the buffer goes out in one call.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        port = listener.getsockname()[1]
        await loop.create_server(lambda: Connection(answers), sock=listener)
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve([Path(name).read_bytes() for name in sys.argv[1:]]))
