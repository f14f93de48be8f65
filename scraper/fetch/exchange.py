"""One request and its answer, as they went over the wire."""

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import httpx

from scraper.errors import FetchError

ACCEPT_ENCODING: Final = "gzip, deflate"
"""What is asked for, and all that is decoded: brotli and zstd save few bytes and cost a dependency each."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its complete answer. `body` holds the bytes as sent, still compressed if they were."""

    url: str
    at: datetime
    status: int
    reason: str
    headers: httpx.Headers
    body: bytes
    request_headers: httpx.Headers = field(default_factory=httpx.Headers)
    protocol: str = "HTTP/1.1"
    address: str | None = None
    """The IP address that answered."""

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; "" where the answer names none."""
        value: str = self.headers.get("content-type", "")
        return value.partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that the answer names; None where it names none."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'") or None
        return None


class TooLarge(FetchError):
    """A body beyond the limit, before or after decompression."""


class Damaged(Exception):
    """A body that is cut off or corrupt; another attempt may bring a sound one."""


async def read_body(chunks: AsyncIterator[bytes], limit: int, url: str) -> bytes:
    """Collect a streamed body.

    Raises:
        TooLarge: more than `limit` bytes came; the rest is not read.
    """
    parts: list[bytes] = []
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"{url} is larger than {limit:,} bytes")
        parts.append(chunk)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def decoded(exchange: Exchange, limit: int) -> bytes:
    """The answer's body without its content encoding; at most `limit` bytes are ever held.

    Raises:
        Damaged: the compressed stream is corrupt or ends too soon.
        FetchError: the encoding is one that was not asked for.
        TooLarge: the body expands beyond `limit` bytes, as a compression bomb does.
    """
    body = exchange.body
    names = exchange.headers.get("content-encoding", "").lower()
    for name in reversed([part.strip() for part in names.split(",") if part.strip()]):
        if name in {"gzip", "x-gzip", "deflate"}:
            body = decompress(body, limit, exchange.url)
        elif name != "identity":
            message = f"{exchange.url} came encoded as {name!r}, which was not asked for"
            raise FetchError(message, status=exchange.status)
    return body


def decompress(body: bytes, limit: int, url: str) -> bytes:
    """Expand gzip (also of several members) or deflate in its two forms, to at most `limit` bytes.

    Raises:
        Damaged: the stream is corrupt or ends too soon.
        TooLarge: there are more bytes than `limit`.
    """
    parts: list[bytes] = []
    room = limit
    rest = body
    while rest:
        # Deflate should come with zlib's header, but some servers send it bare. RFC 1950: the low four bits
        # of a zlib header are 8, and its two bytes are a multiple of 31.
        bare = rest[:2] != b"\x1f\x8b" and (rest[0] & 15 != 8 or int.from_bytes(rest[:2], "big") % 31)
        stream = zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32)
        try:
            part = stream.decompress(rest, room + 1)
        except zlib.error as error:
            raise Damaged(f"the compressed body is corrupt ({error})") from error
        if len(part) > room:
            raise TooLarge(f"{url} expands to more than {limit:,} bytes")
        if not stream.eof:
            raise Damaged("the compressed body ends too soon")
        room -= len(part)
        parts.append(part)
        # Servers have been seen to pad after the stream; only a further gzip member is content.
        rest = stream.unused_data if stream.unused_data[:2] == b"\x1f\x8b" else b""
    return b"".join(parts)
