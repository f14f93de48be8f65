"""One request and its answer, as they went over the wire."""

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import httpx

from scraper.errors import FetchError
from scraper.fetch.headers import content_codings, media_type, values
from scraper.parse.encoding import is_binary

ACCEPT_ENCODING: Final = "gzip, deflate"
"""What is asked for, and all that is decoded: brotli and zstd save few bytes and cost a dependency each."""

LONGEST_SHOWN: Final = 200
"""Signs of what a server, or a library about it, says that a message repeats."""


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

    def values(self, name: str) -> list[str]:
        """Every value of a header of the answer, read by itself; one sign for each byte."""
        return values(self.headers, name)

    @property
    def result(self) -> str:
        """Status and reason, for people: `404 Not Found`; some servers give reasons without end."""
        return f"{self.status} {self.reason[:LONGEST_SHOWN]}".rstrip()

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; "" where the answer names none that is one."""
        media = media_type(self.headers)
        return media.essence if media is not None else ""

    @property
    def charset(self) -> str | None:
        """The encoding that the answer names; None where it names none."""
        media = media_type(self.headers)
        return media.charset if media is not None else None


@dataclass(frozen=True, slots=True)
class Answer:
    """An exchange, and the body of its answer without content encoding."""

    exchange: Exchange
    content: bytes
    attempts: int = 0
    """How often it was asked for; 0 where the archive answers."""


class TooLarge(FetchError):
    """A body beyond the limit, before or after decompression."""


class DamagedBody(Exception):
    """A body that is cut off or corrupt; another attempt may bring a sound one."""


async def read_body(chunks: AsyncIterator[bytes], limit: int, url: str) -> bytes:
    """Collect a streamed body.

    Raises:
        TooLarge: more than `limit` bytes came; the rest is not read.
    """
    body = bytearray()  # a list would hold an object for each of a million chunks of one byte
    async for chunk in chunks:
        if len(body) + len(chunk) > limit:
            raise TooLarge(f"{url} is larger than {limit:,} bytes")
        body += chunk
    return bytes(body)


def decoded(exchange: Exchange, limit: int) -> bytes:
    """The answer's body without its content encoding; at most `limit` bytes are ever held.

    Names that are no encoding are passed over, and so is the label of an encoding on a body that is plain text.

    Raises:
        DamagedBody: the compressed stream is corrupt or ends too soon.
        FetchError: the encoding is one that was not asked for, or there are too many.
        TooLarge: the body expands beyond `limit` bytes, as a compression bomb does.
    """
    body = exchange.body
    names = [name for name in content_codings(exchange.headers) if name in _CODINGS]
    if len(names) > _MOST_CODINGS:
        raise FetchError(f"{exchange.url} came encoded {len(names)} times", status=exchange.status)
    for name in reversed(names):
        if _is_plain(body):
            break
        if name not in _DECODED:
            message = f"{exchange.url} came encoded as {name!r}, which was not asked for"
            raise FetchError(message, status=exchange.status)
        body = decompress(body, limit, exchange.url, may_be_bare=name == "deflate")
    return body


def decompress(body: bytes, limit: int, url: str, *, may_be_bare: bool = False) -> bytes:
    """Expand gzip (also of several members) or deflate in its two forms, to at most `limit` bytes.

    Args:
        body: the bytes as they came.
        limit: how many bytes may come of them.
        url: the page's, for the message.
        may_be_bare: whether deflate without its header is read, too.

    Raises:
        DamagedBody: the stream is corrupt or ends too soon.
        TooLarge: there are more bytes than `limit`.
    """
    expanded = bytearray()
    rest = memoryview(body)
    while rest:
        # Deflate should come with zlib's header, but some servers send it bare: almost any bytes can be that. RFC 1950:
        # the low four bits of a zlib header are 8, and its two bytes are a multiple of 31.
        bare = may_be_bare and bytes(rest[:2]) != _GZIP and (rest[0] & 15 != 8 or int.from_bytes(rest[:2], "big") % 31)
        stream = zlib.decompressobj(-zlib.MAX_WBITS if bare else zlib.MAX_WBITS | 32)
        while rest and not stream.eof:
            # What is left of a slice is copied at its stream's end: slices keep many small streams linear.
            piece, rest = rest[:_SLICE], rest[_SLICE:]
            try:
                expanded += stream.decompress(piece, limit - len(expanded) + 1)
            except zlib.error as error:
                raise DamagedBody(f"the compressed body is corrupt ({error})") from error
            if len(expanded) > limit:
                raise TooLarge(f"{url} expands to more than {limit:,} bytes")
        if not stream.eof:
            raise DamagedBody("the compressed body ends too soon")
        rest = memoryview(body)[len(body) - len(rest) - len(stream.unused_data) :]
        # Servers have been seen to pad after the stream; only a further gzip member is content.
        if bytes(rest[:2]) != _GZIP:
            break
    return bytes(expanded)


_GZIP: Final = b"\x1f\x8b"

_SLICE: Final = 4_096

_DECODED: Final = frozenset({"deflate", "gzip", "x-gzip"})

_CODINGS: Final = _DECODED | {
    "aes128gcm",
    "br",
    "compress",
    "dcb",
    "dcz",
    "exi",
    "pack200-gzip",
    "x-compress",
    "zstd",
}
"""https://www.iana.org/assignments/http-parameters, the content codings; `identity` changes nothing."""

_MOST_CODINGS: Final = 5
"""Browsers and curl give up beyond that, too: each may expand to the limit."""


def _is_plain(body: bytes) -> bool:
    """Whether a body is text, so that what says it is compressed is mistaken: compressed bytes are no such text."""
    if not body or body.startswith(_GZIP) or is_binary(body):
        return False
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"{")):
        return True
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
