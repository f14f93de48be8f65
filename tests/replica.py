"""A web site on loopback that answers as it is told, over real sockets, with every fault a site can have."""

import asyncio
import gzip
import socket
import ssl
import struct
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

import httpx

from scraper.fetch.client import Fetcher
from scraper.fetch.clock import SystemClock
from scraper.fetch.environment import Environment
from scraper.fetch.pace import Pace
from scraper.settings import Settings

HOSTS = {"ctv.veeva.com": "veeva", "inclinicaltrials.com": "inclinicaltrials", "www.trialx.com": "trialx"}

PAGE = b"<html><body><h1>Umbilical cord cells for knee osteoarthritis</h1></body></html>"

CLOSE = "close"
"""In an answer's script: close the connection."""

TRUST = httpx.create_ssl_context()
"""One for all fetchers: to read the certificates takes longer than most tests."""

RESET = "reset"
"""In an answer's script: break the connection off."""

Script = Sequence[bytes | float | str]
"""What is sent, with pauses in seconds, and how it ends."""


def answer(body: bytes = PAGE, status: str = "200 OK", headers: Mapping[str, str] | None = None, **more: str) -> Script:
    """A whole, sound answer; `more` are headers with `_` for `-`, an empty value leaves one out."""
    fields = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **(headers or {})}
    for name, value in more.items():
        fields[name.replace("_", "-").title()] = value
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return [f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body]


HALF = answer()[0][:120]
"""The beginning of an answer."""


def redirect(location: str, status: str = "302 Found") -> Script:
    """An answer that points elsewhere; `{port}` in it becomes the replica's port."""
    return answer(b"", status, Location=location)


class Replica:
    """Serves scripts by path. A path's scripts are used one after the other; the last one stays."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.scripts: dict[str, list[Script]] = {"/robots.txt": [answer(b"", "404 Not Found")]}
        self.etags: dict[str, str] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.port = 0
        self._context = context
        self._writers: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    def url(self, path: str, host: str = "ctv.veeva.com") -> str:
        scheme = "http" if self._context is None else "https"
        return f"{scheme}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """The paths that were asked for, but robots.txt."""
        return [path for path, _ in self.requests if path != "/robots.txt"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
                while await self._answer(reader, writer):
                    pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split(" ")[1]
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:]) if name}
        self.requests.append((path, headers))
        etag = self.etags.get(path)
        if etag is not None and headers.get("if-none-match") == etag:
            writer.write(f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode())
            return True
        scripts = self.scripts.get(path, [answer(b"no such page", "404 Not Found")])
        script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        for step in script:
            match step:
                case bytes():
                    writer.write(step.replace(b"{port}", str(self.port).encode()))
                    await writer.drain()
                case float():
                    await asyncio.sleep(step)
                case "reset":
                    sock = writer.get_extra_info("socket")
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    writer.transport.abort()
                    return False
                case _:
                    return False
        return True


class QuickClock(SystemClock):
    """Time that passes by waiting alone, and waits are noted; no two looks at the clock show the same moment."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._seconds = 0.0
        self._looks = 0

    def now(self) -> datetime:
        self._looks += 1
        return datetime(2026, 11, 21, 12, tzinfo=UTC) + timedelta(seconds=self._seconds, microseconds=self._looks)

    def monotonic(self) -> float:
        return self._seconds

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._seconds += seconds
        await asyncio.sleep(0)


async def loopback(*_: object) -> Sequence[str]:
    """Every name is this computer."""
    return ["127.0.0.1"]


async def resolver(host: str, _port: int) -> Sequence[str]:
    """A name server that leads one of the sites to an address within somebody's network."""
    return ["10.0.0.1"] if host == "www.trialx.com" else ["127.0.0.1"]


class NoJitter(Random):
    """Chance that always falls on the upper end."""

    def uniform(self, _: float, b: float) -> float:
        return b


def fetcher(home: Path, clock: SystemClock | None = None, **settings: object) -> Fetcher:
    """A fetcher for the replicas that waits for nothing, unless the settings say so."""
    clock = clock or QuickClock()
    merged = {"home": home, "pace": 0.0, "archive": False, **settings}
    return Fetcher(
        Settings.model_validate(merged),
        HOSTS,
        Environment(clock=clock, random=NoJitter(), resolver=loopback, pace=Pace(clock), tls=TRUST, loopback=True),
    )


def mocked(home: Path, clock: SystemClock | None = None, **settings: object) -> Fetcher:
    """A fetcher over httpx's own transport, for which pytest-httpx answers."""
    clock = clock or QuickClock()
    merged = {"home": home, "pace": 0.0, "archive": False, **settings}
    return Fetcher(
        Settings.model_validate(merged),
        HOSTS,
        Environment(clock=clock, random=NoJitter(), pace=Pace(clock), transport=httpx.AsyncHTTPTransport(verify=TRUST)),
    )


def gzipped(body: bytes) -> bytes:
    """The body as one gzip member, the same each time."""
    return gzip.compress(body, 1, mtime=0)
