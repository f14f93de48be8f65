"""Sitemaps, read as a stream: an index names shards, a shard names pages; either may be gzipped."""

import zlib
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple
from xml.parsers import expat

MEDIA_TYPES: Final = frozenset(
    {
        "application/gzip",
        "application/octet-stream",
        "application/x-gzip",
        "application/xml",
        "text/plain",
        "text/xml",
    }
)
"""The types that sitemaps are served as."""

SIZE_LIMIT: Final = 100_000_000
"""Bytes of an expanded sitemap; the protocol allows 50 MiB."""

_SLICE: Final = 1 << 16


class Entry(NamedTuple):
    """What a sitemap names."""

    url: str
    last_modified: str | None
    is_sitemap: bool
    """Whether it is a further sitemap, not a page."""


class BadSitemap(Exception):
    """No sitemap, or a damaged one."""


def entries(content: bytes) -> Iterator[Entry]:
    """What a sitemap names, in its order; at any time only a slice of it is held expanded.

    Args:
        content: the sitemap as fetched, gzipped or not.

    Raises:
        BadSitemap: it is none, is damaged, declares entities, or expands beyond the limit. What stands before
            the damage was given by then.
    """
    reader = _Reader()
    for piece in _expanded(content) if content[:2] == b"\x1f\x8b" else _slices(content):
        yield from reader.feed(piece)
    yield from reader.feed(b"", last=True)


class _Reader:
    def __init__(self) -> None:
        self._found: deque[Entry] = deque()
        self._namespace: str | None = None
        self._is_index = False
        self._text: list[str] | None = None
        self._url = ""
        self._last_modified: str | None = None
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._entity

    def feed(self, piece: bytes, *, last: bool = False) -> Iterator[Entry]:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise BadSitemap(f"it is no well-formed XML ({error})") from error
        while self._found:
            yield self._found.popleft()

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if self._namespace is None:
            namespace, space, kind = name.rpartition(" ")
            if kind not in {"urlset", "sitemapindex"}:
                raise BadSitemap(f"it begins with <{kind}>, not with <urlset> or <sitemapindex>")
            # Extensions have elements of the same names (image:loc) in namespaces of their own.
            self._namespace = namespace + space
            self._is_index = kind == "sitemapindex"
        elif name in {f"{self._namespace}url", f"{self._namespace}sitemap"}:
            self._url, self._last_modified = "", None
        elif name in {f"{self._namespace}loc", f"{self._namespace}lastmod"}:
            self._text = []

    def _end(self, name: str) -> None:
        if name in {f"{self._namespace}url", f"{self._namespace}sitemap"}:
            if self._url:
                self._found.append(Entry(self._url, self._last_modified, self._is_index))
        elif self._text is not None:
            text = "".join(self._text).strip()
            if name.endswith("loc"):
                self._url = text
            else:
                self._last_modified = text or None
            self._text = None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _entity(self, name: str, *_rest: object) -> None:
        raise BadSitemap(f"it declares an entity of its own ({name}), which no sitemap needs")


def _slices(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), _SLICE):
        if start > SIZE_LIMIT:
            raise BadSitemap(f"it is larger than {SIZE_LIMIT:,} bytes")
        yield content[start : start + _SLICE]


def _expanded(content: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    rest, size = content, 0
    while not stream.eof:
        try:
            piece = stream.decompress(rest, _SLICE)
        except zlib.error as error:
            raise BadSitemap(f"its gzip stream is corrupt ({error})") from error
        rest = stream.unconsumed_tail
        if not piece and not rest and not stream.eof:
            raise BadSitemap("its gzip stream ends too soon")
        size += len(piece)
        if size > SIZE_LIMIT:
            raise BadSitemap(f"it expands to more than {SIZE_LIMIT:,} bytes")
        yield piece
