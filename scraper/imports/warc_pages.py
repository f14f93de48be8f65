"""Pages in WARC files, of our own archive or any other tool: each answer that can be a page, with its capture time.

An answer that says "the same bytes as then" (a revisit record) is a page, too: it was seen again. Its bytes are those
of the record that it names, in the same file or one before it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from scraper.addresses import page_address
from scraper.errors import DamagedFile, FetchError
from scraper.fetch.archive import warc
from scraper.fetch.archive.cdx_index import CdxIndex
from scraper.fetch.archive.foreign import SkippedRecord, answers
from scraper.fetch.archive.warc import ResponseRecord, Unreadable
from scraper.fetch.exchange import DamagedBody, decoded
from scraper.fetch.headers import media_type
from scraper.imports.entries import Input, PassedOver
from scraper.imports.json_lists import studies_in
from scraper.parse.blocks import MAX_BYTES


class WarcPages:
    """Reads WARC files one after the other, and knows where the bytes of earlier records are.

    The table of them is a temporary file of SQLite, so that memory does not grow with it.
    """

    def __init__(self) -> None:
        self._table = CdxIndex(None)
        self._files: list[Path] = []

    def close(self) -> None:
        """Remove the table."""
        self._table.close()

    def pages(self, path: Path) -> Iterator[Input | PassedOver]:
        """The pages of a file, in its order; at its end, what was passed over."""
        self._files.append(path)
        passed: Counter[str] = Counter()
        try:
            for entry in answers(path):
                if isinstance(entry, SkippedRecord):
                    yield _failed(path, entry.offset, f"the record is damaged: {entry.why}")
                elif (why := _no_page(entry)) is not None:
                    passed[why] += 1
                elif (place := self._place(path, entry)) is None:
                    passed["seen again, of no page before"] += 1
                else:
                    yield from _pages(path, entry, *place)
        except Unreadable as error:
            yield Input(path, problem=DamagedFile(_without_path(error, path)))
        for why, number in passed.most_common():
            yield PassedOver(str(path), why, number)

    def _place(self, path: Path, entry: ResponseRecord) -> tuple[Path, int] | None:
        """Where the bytes of an answer are; None where no record so far holds them."""
        self._table.enter(str(len(self._files) - 1), [entry])
        if entry.revisits is None:
            return path, entry.offset
        url, at = entry.revisits
        for capture in self._table.captures(url):
            is_meant = capture.at == at or (entry.digest and capture.digest == entry.digest)
            if is_meant and capture.body_file is not None and capture.body_start is not None:
                return self._files[int(capture.body_file)], capture.body_start
        return None


def _no_page(entry: ResponseRecord) -> str | None:
    """Why an answer can be no page, in a few words; None where it can be one."""
    if entry.status not in _WITH_PAGE and not (entry.status == 304 and entry.revisits is not None):
        return f"status {entry.status}"
    if urlsplit(page_address(entry.url) or "").path == "/robots.txt":
        return "robots.txt"
    media = media_type(entry.headers)
    return None if media is None or media.essence in _PAGES else media.essence


def _pages(path: Path, entry: ResponseRecord, file: Path, start: int) -> Iterator[Input]:
    """The page of an answer whose bytes are known, or the studies that it lists."""
    try:
        exchange = warc.read(file, start, MAX_BYTES)
        content = decoded(exchange, MAX_BYTES)
    except (Unreadable, DamagedBody, FetchError) as error:
        yield _failed(path, entry.offset, _without_path(error, file))
        return
    page = Input(
        path,
        page_address(entry.url),
        entry.at,
        content=content,
        offset=entry.offset,
        charset=exchange.charset,
        read=entry.offset,
    )
    listed = studies_in(content)
    yield from (replace(page, url=None, content=study) for study in listed) if listed else (page,)


def _failed(path: Path, offset: int, why: str) -> Input:
    return Input(path, offset=offset, problem=DamagedFile(why), read=offset)


def _without_path(error: Exception, path: Path) -> str:
    """An error's words without the file's name: it is told before them, and may be that of a temporary file."""
    return str(error).replace(f"{path} ", "", 1)


_WITH_PAGE: Final = frozenset({200, 203})
"""Statuses of answers that hold a page: OK, and OK as changed on the way."""

_PAGES: Final = frozenset(
    {
        "application/json",
        "application/xhtml+xml",
        "application/xml",
        "message/rfc822",
        "multipart/related",
        "text/html",
        "text/plain",
        "text/xml",
    }
)
"""Media types of what can be a page: HTML, also as MHTML, text, and JSON. What names no type can be one, too."""
