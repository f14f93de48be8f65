"""The archive of all exchanges. It survives a kill at any moment."""

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
from scraper.fetch.archive.cdx_index import Capture, CdxIndex
from scraper.fetch.archive.reader import ArchiveReader
from scraper.fetch.archive.warc import Original, ResponseRecord, Unreadable, response_in
from scraper.fetch.archive.warc_files import PREFIX, RECORD_ERRORS, Damage, NotOurFile
from scraper.fetch.archive.writer import ArchiveWriter, Repair
from scraper.fetch.clock import Clock
from scraper.fetch.exchange import Exchange
from scraper.log import SILENT


class Archive:
    """A folder of WARC files and its CDX index.

    Each exchange is appended by one write and then entered; the file is the truth, from which the CDX index can be
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
        reader = ArchiveReader(folder)
        self._known: ArchiveReader | CdxIndex = reader
        self._writer: ArchiveWriter | None = None
        self.problems: list[Damage] = reader.problems
        """What is damaged, lost or refused, as far as that shows without reading everything; report it to the user."""
        self.is_without_index = reader.is_without_index
        """Whether the files are read because there is no CDX index: that costs time alone."""
        self.repairs: list[Repair] = []
        """What was repaired when the first exchange was appended."""

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
        """Finish the open file, and release all locks."""
        with self._lock:
            writer, self._writer = self._writer, None
            (writer or self._known).close()

    def newest(self, url: str) -> Capture | None:
        """The newest capture that shows the page; 429, 503 and other passing failures are left out."""
        with self._lock:
            return self._known.newest(url)

    def captures(self, url: str | None = None) -> list[Capture]:
        """All captures, or those of one page, the newest first."""
        with self._lock:
            return list(self._known.captures(url))

    def read(self, capture: Capture) -> Exchange:
        """An archived answer with its bytes; a 304 answers with the page that it confirmed.

        Raises:
            Unreadable: the record is gone or damaged.
        """
        return read_capture(self.folder, capture)

    def append(self, exchange: Exchange) -> Capture:
        """Archive an exchange; a body that the newest capture has as well is not stored again.

        Raises:
            OSError: the disk is full or broken; the file is left as it was before.
            ArchiveError: the CDX index is damaged, and another process uses it.
            FetchError: the exchange cannot be written so that it can be read again; it is not written.
        """
        digest = warc.digest_of(exchange.body)
        with self._lock:
            writer = self._begun()
            content = warc.members(exchange, digest, self._original(writer, exchange, digest))
            return writer.append(content, _answer(content, exchange.url))

    def check(self) -> Iterator[Damage]:
        """Read every byte of every file, compare it with digests and the CDX index, and report what differs."""
        return check.check(self.folder)

    def _begun(self) -> ArchiveWriter:
        if self._writer is None:
            self._writer = ArchiveWriter(self.folder, clock=self._clock, file_size=self._file_size, fields=self._fields)
            self._known.close()
            self._known = self._writer.index
            # These lists grow when another file is gone on with.
            self.repairs, self.problems = self._writer.repairs, self._writer.problems
            for repair in self.repairs:
                self._log.warning("archive repaired", what=str(repair))
            for problem in self.problems:
                self._log.warning("archive damaged", what=str(problem))
        return self._writer

    def _original(self, writer: ArchiveWriter, exchange: Exchange, digest: str) -> Original | None:
        """The archived exchange that has this one's bytes already."""
        if exchange.status not in {200, 304}:
            return None
        known = _confirmed(writer.index, exchange)
        if known is None or known.status not in {200, 304}:
            return None
        if exchange.status == 200 and known.digest != digest:
            return None
        first = writer.index.original(known)
        if first is None or (exchange.status == 200 and not self._holds(first, exchange.body)):
            return None
        return Original(first.url, first.at, first.digest)

    def _holds(self, capture: Capture, body: bytes) -> bool:
        """Whether a capture can be read and has these bytes; if not, they are stored again."""
        try:
            return self.read(capture).body == body
        except Unreadable:
            return False


def _confirmed(index: CdxIndex, exchange: Exchange) -> Capture | None:
    """The newest capture of the page; for a 304 the one that was asked about: by a wrong clock it has another date."""
    newest = index.newest(exchange.url)
    if exchange.status != 304 or newest is None or _asks_about(exchange, newest):
        return newest
    return next((capture for capture in index.captures(exchange.url) if _asks_about(exchange, capture)), None)


def _asks_about(exchange: Exchange, capture: Capture) -> bool:
    """Whether an exchange asked if a page is still as in a capture; true where it does not say what it asked."""
    etag, since = (exchange.request_headers.get(name) for name in ("if-none-match", "if-modified-since"))
    if etag is not None:
        return capture.status in {200, 304} and capture.etag == etag
    return since is None or (capture.status in {200, 304} and capture.last_modified == since)


def read_capture(folder: Path, capture: Capture, limit: int | None = None) -> Exchange:
    """An archived answer with its bytes; a 304 answers with the page that it confirmed.

    Args:
        folder: where the files lie.
        capture: which answer.
        limit: how many bytes a body may have.

    Raises:
        Unreadable: the record is gone or damaged, or its body is larger than the limit.
    """
    if capture.body_file is None or capture.body_start is None:
        raise Unreadable(f"the archive does not hold the bytes that the capture of {capture.at} stands for")
    if capture.body_file.startswith(PREFIX):
        try:
            warc_files.opened(folder, capture.body_file).close()
        except NotOurFile as error:
            raise Unreadable(f"{folder / capture.body_file} {error}") from error
    body = warc.read(folder / capture.body_file, capture.body_start, limit)
    if (capture.file, capture.start) == (capture.body_file, capture.body_start):
        if (body.url, body.at) != (capture.url, capture.at):
            raise Unreadable(f"{capture.file} has another page at {capture.start} than the CDX index says")
        return body
    if capture.file.startswith(PREFIX) and warc.digest_of(body.body) != capture.digest:
        raise Unreadable(
            f"{capture.body_file} has another page at {capture.body_start} than {capture.file}:{capture.start} confirms"
        )
    # What confirms a page may also name a new ETag; all that describes the bytes comes with the bytes.
    headers = body.headers.copy()
    if capture.etag:
        headers["etag"] = capture.etag
    if capture.last_modified:
        headers["last-modified"] = capture.last_modified
    return replace(body, url=capture.url, at=capture.at, headers=headers)


def _answer(content: bytes, url: str) -> ResponseRecord:
    """The index entry of an exchange, read from its bytes, so that a rebuilt CDX index has the same.

    Raises:
        FetchError: it cannot be read.
    """
    try:
        found = response_in(next(iter(ArchiveIterator(BytesIO(content)))))
    except RECORD_ERRORS as error:
        raise FetchError(f"the answer of {url} cannot be archived so that it can be read again ({error})") from error
    if found is None:
        raise FetchError(f"the answer of {url} cannot be archived so that it can be read again")
    return found
