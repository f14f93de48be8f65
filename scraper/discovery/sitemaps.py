"""Sitemaps, read as a stream: an index names shards, a shard names pages; either may be gzipped."""

import re
from collections import deque
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NamedTuple
from xml.parsers import expat

from scraper.fetch.archive.gunzip import MAGIC, BadGzip, Member

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

ADDRESS_LIMIT: Final = 8_192
"""Characters of an address; the protocol allows 2,048."""

TOKEN_LIMIT: Final = 262_144
"""Bytes of a tag or comment. Expat looks at one that is not complete from its beginning again with each slice."""

DEPTH_LIMIT: Final = 64
"""Elements within each other; those of the protocol and its extensions need six."""

NAMES_LIMIT: Final = 10_000
"""Names of elements, attributes and namespaces; expat keeps each to the end. The protocol has seven."""

ITEMS_LIMIT: Final = 1_000_000
"""Elements, or lines of a list; the protocol allows 50,000 pages in 50 MiB, which is 50 bytes for each of so many."""

_SLICE: Final = 1 << 16

_LIST: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*https?://", re.IGNORECASE)
"""How a sitemap without XML begins: it is a list of addresses, one a line."""


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
        content: the sitemap as fetched, XML or a list of addresses, gzipped or not.

    Raises:
        BadSitemap: it is none, is damaged, has declarations of its own, or is larger than any of the limits. What
            stands before the damage was given by then.
    """
    pieces = _expanded(content) if content.startswith(MAGIC) else _slices(content)
    first = next(pieces, b"")
    reader: _Xml | _List = _List() if _LIST.match(first) else _Xml()
    yield from reader.feed(first)
    for piece in pieces:
        yield from reader.feed(piece)
    yield from reader.feed(b"", last=True)


class _Xml:
    def __init__(self) -> None:
        self._found: deque[Entry] = deque()
        self._entry_names: frozenset[str] = frozenset()
        self._location_name = ""
        self._date_name = ""
        self._is_index = False
        self._text: list[str] | None = None
        self._length = 0
        self._depth = 0
        self._items = 0
        self._fed = 0
        self._url = ""
        self._last_modified: str | None = None
        self._names: dict[str, str] = {}
        self._parser = expat.ParserCreate(namespace_separator=" ", intern=self._names)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, piece: bytes, *, last: bool = False) -> Iterator[Entry]:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise BadSitemap(f"it is no well-formed XML ({error})") from error
        except (LookupError, ValueError) as error:
            # Python is asked about encodings that expat does not know.
            raise BadSitemap(f"it names an encoding that cannot be read ({error})") from error
        self._fed += len(piece)
        if self._fed - self._parser.CurrentByteIndex > TOKEN_LIMIT and not last:
            raise BadSitemap(f"it has a tag or a comment of more than {TOKEN_LIMIT:,} bytes")
        if len(self._names) > NAMES_LIMIT:
            raise BadSitemap(f"it has more than {NAMES_LIMIT:,} kinds of elements")
        while self._found:
            yield self._found.popleft()

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._items += 1
        self._depth += 1
        if self._items > ITEMS_LIMIT:
            raise BadSitemap(f"it has more than {ITEMS_LIMIT:,} elements")
        if self._depth > DEPTH_LIMIT:
            raise BadSitemap(f"it has more than {DEPTH_LIMIT} elements within each other")
        if self._items == 1:
            self._root(name)
        elif name in self._entry_names:
            self._url, self._last_modified = "", None
        elif name in {self._location_name, self._date_name}:
            self._text, self._length = [], 0

    def _root(self, name: str) -> None:
        namespace, space, kind = name.rpartition(" ")
        if kind not in {"urlset", "sitemapindex"}:
            raise BadSitemap(f"it begins with <{kind[:40]}>, not with <urlset> or <sitemapindex>")
        # Extensions have elements of the same names (image:loc) in namespaces of their own.
        namespace += space
        self._entry_names = frozenset({f"{namespace}url", f"{namespace}sitemap"})
        self._location_name, self._date_name = f"{namespace}loc", f"{namespace}lastmod"
        self._is_index = kind == "sitemapindex"

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name in self._entry_names:
            if self._url:
                self._found.append(Entry(self._url, self._last_modified, self._is_index))
        elif self._text is not None:
            text = "".join(self._text).strip()
            if name == self._location_name:
                self._url = text
            elif name == self._date_name:
                self._last_modified = text or None
            self._text = None

    def _characters(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)
            self._length += len(text)
            if self._length > ADDRESS_LIMIT:
                raise BadSitemap(_TOO_LONG)

    def _doctype(self, _name: str, _system: str | None, _public: str | None, subset: object) -> None:
        if subset:
            raise BadSitemap("it has declarations of its own, which no sitemap needs")


class _List:
    def __init__(self) -> None:
        self._rest = b""
        self._items = 0

    def feed(self, piece: bytes, *, last: bool = False) -> Iterator[Entry]:
        *lines, self._rest = (self._rest + piece).replace(b"\r", b"\n").split(b"\n")
        if last:
            lines.append(self._rest)
        self._items += len(lines)
        if self._items > ITEMS_LIMIT:
            raise BadSitemap(f"it has more than {ITEMS_LIMIT:,} lines")
        for line in lines:
            url = line.strip()
            if len(url) > ADDRESS_LIMIT:
                raise BadSitemap(_TOO_LONG)
            if url:
                yield Entry(self._address(url), None, is_sitemap=False)
        if len(self._rest) > ADDRESS_LIMIT:
            raise BadSitemap(_TOO_LONG)

    def _address(self, line: bytes) -> str:
        try:
            url = line.decode("utf-8-sig").strip()
        except UnicodeDecodeError as error:
            raise BadSitemap("it is a list of addresses, but not in UTF-8") from error
        if not url.lower().startswith(("http://", "https://")):
            raise BadSitemap(f"it is a list of addresses, but this is none: {url[:80]!r}")
        return url


_TOO_LONG: Final = f"it has an address of more than {ADDRESS_LIMIT:,} characters"


def _slices(content: bytes) -> Iterator[bytes]:
    if len(content) > SIZE_LIMIT:
        raise BadSitemap(f"it is larger than {SIZE_LIMIT:,} bytes")
    for start in range(0, len(content), _SLICE):
        yield content[start : start + _SLICE]


def _expanded(content: bytes) -> Iterator[bytes]:
    """The content of gzip members; servers have been seen to pad behind the last one."""
    file, start, size = BytesIO(content), 0, 0
    while content.startswith(MAGIC, start):
        member = Member(file, start)
        try:
            while piece := member.read(_SLICE):
                size += len(piece)
                if size > SIZE_LIMIT:
                    raise BadSitemap(f"it expands to more than {SIZE_LIMIT:,} bytes")
                yield piece
        except BadGzip as error:
            raise BadSitemap(str(error)) from error
        start = member.end
