"""The archive: everything that was fetched, as WARC files that survive a kill at any moment."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Self

from structlog.typing import FilteringBoundLogger
from warcio.archiveiterator import ArchiveIterator

from scraper.errors import FetchError
from scraper.fetch.archive import check, warc, warc_files
from scraper.fetch.archive.cdx_index import CdxIndex, Copy
from scraper.fetch.archive.reader import Reading
from scraper.fetch.archive.warc import Found, Original, Unreadable, found_in
from scraper.fetch.archive.warc_files import ODD, PREFIX, Damage, Refused
from scraper.fetch.archive.writer import Repair, Writing
from scraper.fetch.clock import Clock
from scraper.fetch.exchange import Exchange
from scraper.log import SILENT


class Archive:
    """A folder of WARC files and its catalogue.

    Each exchange is appended by one write and then entered; the file is the truth, from which the catalogue can be
    rebuilt. Until the first exchange is appended, nothing is written. Then the files that a killed process left behind
    are mended; a process holds the file that it writes locked.

    Args:
        folder: where the archive lies; it is made if need be.
        clock: names new files.
        file_size: the size in bytes beyond which a new file is begun.
        fields: what the opening record of each file tells, e.g. `operator`.
        log: is told of what is mended and damaged, once the archive is written to.

    Raises:
        OSError: the folder cannot be read.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock,
        file_size: int = 1_000_000_000,
        fields: dict[str, str] | None = None,
        log: FilteringBoundLogger = SILENT,
    ) -> None:
        self.folder = folder
        self._clock = clock
        self._file_size = file_size
        self._fields = {"format": "WARC File Format 1.1", **(fields or {})}
        self._log = log
        self._lock = threading.Lock()
        reading = Reading(folder)
        self._known: Reading | CdxIndex = reading
        self._writing: Writing | None = None
        self.problems: list[Damage] = reading.problems
        """What is damaged, lost or refused, as far as that shows without reading everything; tell the user."""
        self.is_without_index = reading.is_without_index
        """Whether the files are read because there is no catalogue: nothing is lost by that, but time."""
        self.repairs: list[Repair] = []
        """What had to be mended when the first exchange was appended."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish the open file and let go of everything."""
        with self._lock:
            writing, self._writing = self._writing, None
            (writing or self._known).close()

    def newest(self, url: str) -> Copy | None:
        """The newest answer that tells of the page; 429, 503 and their like do not."""
        with self._lock:
            return self._known.newest(url)

    def copies(self, url: str | None = None) -> list[Copy]:
        """All copies, or those of one page, the newest first."""
        with self._lock:
            return list(self._known.copies(url))

    def read(self, copy: Copy) -> Exchange:
        """An archived answer with its bytes; a 304 answers with the page that it confirmed.

        Raises:
            Unreadable: the record is gone or damaged.
        """
        return read_capture(self.folder, copy)

    def append(self, exchange: Exchange) -> Copy:
        """Archive an exchange; a body that the newest copy has as well is not stored again.

        Raises:
            OSError: the disk is full or broken; the file is left as it was before.
            ArchiveError: the catalogue is damaged, and another process uses it.
            FetchError: the exchange cannot be written so that it can be read again; it is not written.
        """
        digest = warc.digest_of(exchange.body)
        with self._lock:
            writing = self._begun()
            content = warc.members(exchange, digest, self._original(writing, exchange, digest))
            return writing.append(content, _answer(content, exchange.url))

    def check(self) -> Iterator[Damage]:
        """Read every byte of every file, compare it with its digests and with the catalogue, tell what is wrong."""
        return check.check(self.folder)

    def _begun(self) -> Writing:
        if self._writing is None:
            self._writing = Writing(self.folder, clock=self._clock, file_size=self._file_size, fields=self._fields)
            self._known.close()
            self._known = self._writing.catalogue
            # These lists grow when another file is gone on with.
            self.repairs, self.problems = self._writing.repairs, self._writing.problems
            for repair in self.repairs:
                self._log.warning("archive repaired", what=str(repair))
            for problem in self.problems:
                self._log.warning("archive damaged", what=str(problem))
        return self._writing

    def _original(self, writing: Writing, exchange: Exchange, digest: str) -> Original | None:
        """The archived exchange that has this one's bytes already."""
        if exchange.status not in {200, 304}:
            return None
        known = _confirmed(writing.catalogue, exchange)
        if known is None or known.status not in {200, 304}:
            return None
        if exchange.status == 200 and known.digest != digest:
            return None
        first = writing.catalogue.original(known)
        if first is None or (exchange.status == 200 and not self._holds(first, exchange.body)):
            return None
        return Original(first.url, first.at, first.digest)

    def _holds(self, copy: Copy, body: bytes) -> bool:
        """Whether a copy can be read and has these bytes: else what is at hand must be stored."""
        try:
            return self.read(copy).body == body
        except Unreadable:
            return False


def _confirmed(catalogue: CdxIndex, exchange: Exchange) -> Copy | None:
    """The newest copy of the page; for a 304 the one that was asked about: by a wrong clock it has another date."""
    newest = catalogue.newest(exchange.url)
    if exchange.status != 304 or newest is None or _asks_about(exchange, newest):
        return newest
    return next((copy for copy in catalogue.copies(exchange.url) if _asks_about(exchange, copy)), None)


def _asks_about(exchange: Exchange, copy: Copy) -> bool:
    """Whether an exchange asked if a page is still as in a copy, or does not tell what it asked."""
    etag, since = (exchange.request_headers.get(name) for name in ("if-none-match", "if-modified-since"))
    if etag is not None:
        return copy.status in {200, 304} and copy.etag == etag
    return since is None or (copy.status in {200, 304} and copy.last_modified == since)


def read_capture(folder: Path, copy: Copy, limit: int | None = None) -> Exchange:
    """An archived answer with its bytes; a 304 answers with the page that it confirmed.

    Args:
        folder: where the files lie.
        copy: which answer.
        limit: how many bytes a body may have.

    Raises:
        Unreadable: the record is gone or damaged, or its body is larger than the limit.
    """
    if copy.body_file is None or copy.body_start is None:
        raise Unreadable(f"the archive does not hold the bytes that the copy of {copy.at} stands for")
    if copy.body_file.startswith(PREFIX):
        try:
            warc_files.opened(folder, copy.body_file).close()
        except Refused as error:
            raise Unreadable(f"{folder / copy.body_file} {error}") from error
    body = warc.read(folder / copy.body_file, copy.body_start, limit)
    if (copy.file, copy.start) == (copy.body_file, copy.body_start):
        if (body.url, body.at) != (copy.url, copy.at):
            raise Unreadable(f"{copy.file} has another page at {copy.start} than the catalogue says")
        return body
    if copy.file.startswith(PREFIX) and warc.digest_of(body.body) != copy.digest:
        raise Unreadable(
            f"{copy.body_file} has another page at {copy.body_start} than {copy.file}:{copy.start} confirms"
        )
    # What confirms a page may also name a new ETag; all that describes the bytes comes with the bytes.
    headers = body.headers.copy()
    if copy.etag:
        headers["etag"] = copy.etag
    if copy.last_modified:
        headers["last-modified"] = copy.last_modified
    return replace(body, url=copy.url, at=copy.at, headers=headers)


def _answer(content: bytes, url: str) -> Found:
    """What is entered of an exchange is what will be read off the file, should the catalogue be made anew.

    Raises:
        FetchError: it cannot be read.
    """
    try:
        found = found_in(next(iter(ArchiveIterator(BytesIO(content)))))
    except ODD as error:
        raise FetchError(f"the answer of {url} cannot be archived so that it can be read again ({error})") from error
    if found is None:
        raise FetchError(f"the answer of {url} cannot be archived so that it can be read again")
    return found
