"""The archive: everything that was fetched, as WARC files that survive a kill at any moment."""

import fcntl
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from scraper.fetch import warc
from scraper.fetch.catalogue import Catalogue, Copy
from scraper.fetch.clock import Clock
from scraper.fetch.exchange import Exchange
from scraper.fetch.warc import Found, Original, Unreadable

CATALOGUE: Final = "catalogue.sqlite3"
_PATTERN: Final = "trialpages-*.warc.gz"
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done about a file that a killed process left behind."""

    file: str
    removed: int
    """Bytes of an exchange that was never written to its end."""
    entered: int
    """Whole exchanges that were in the file, but not in the catalogue."""

    def __str__(self) -> str:
        return (
            f"{self.file}: removed {self.removed} bytes of an unfinished exchange,"
            f" entered {self.entered} whole ones in the catalogue"
        )


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in the archive that is not as it was written."""

    file: str
    start: int
    what: str


class Archive:
    """A folder of WARC files and its catalogue.

    Each exchange is appended by one write and then entered; the file is the truth, from which the catalogue
    can be rebuilt. A process holds the file that it writes locked; files that nobody holds are repaired when
    an archive is opened.

    Args:
        folder: where the archive lies; it is made if need be.
        clock: names new files.
        file_size: the size in bytes beyond which a new file is begun.
        fields: what the opening record of each file tells, e.g. `operator`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        clock: Clock,
        file_size: int = 1_000_000_000,
        fields: dict[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._clock = clock
        self._file_size = file_size
        self._fields = {"format": "WARC File Format 1.1", **(fields or {})}
        self._lock = threading.Lock()
        self._catalogue = Catalogue(folder / CATALOGUE)
        self._name = ""
        self._file: int | None = None
        self._size = 0
        self.repairs: list[Repair] = []
        """What had to be mended; tell the user."""
        self._repair()

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
            self._finish()
            self._catalogue.close()

    def newest(self, url: str) -> Copy | None:
        """The newest answer that tells of the page; 429, 503 and their like do not."""
        with self._lock:
            return self._catalogue.newest(url)

    def copies(self, url: str | None = None) -> list[Copy]:
        """All copies, or those of one page, the newest first."""
        with self._lock:
            return list(self._catalogue.copies(url))

    def read(self, copy: Copy) -> Exchange:
        """An archived answer with its bytes; a 304 answers with the page that it confirmed.

        Raises:
            Unreadable: the record is gone or damaged.
        """
        return read_copy(self.folder, copy)

    def append(self, exchange: Exchange) -> Copy:
        """Archive an exchange; a body that the newest copy has as well is not stored again.

        Raises:
            OSError: the disk is full or broken; the file is left as it was before.
        """
        digest = warc.digest_of(exchange.body)
        with self._lock:
            original = self._original(exchange, digest)
            start = self._write(warc.members(exchange, digest, original))
            found = Found(
                start,
                exchange.url,
                exchange.at,
                exchange.status,
                exchange.headers,
                original.digest if original else digest,
                (original.url, original.at) if original else None,
            )
            return self._catalogue.add(self._name, self._size, [found])[0]

    def check(self) -> Iterator[Damage]:
        """Read every record of every file, compare its digests, tell what is wrong."""
        for path in sorted(self.folder.glob(_PATTERN)):
            yield from _damage(path)

    def _original(self, exchange: Exchange, digest: str) -> Original | None:
        """The archived exchange that has this one's bytes already."""
        if exchange.status not in {200, 304}:
            return None
        known = self._known(exchange)
        if known is None or known.status not in {200, 304}:
            return None
        if exchange.status == 200 and known.digest != digest:
            return None
        first = self._catalogue.original(known)
        if first is None or (exchange.status == 200 and not self._holds(first, exchange.body)):
            return None
        return Original(first.url, first.at, first.digest)

    def _known(self, exchange: Exchange) -> Copy | None:
        """The newest copy of the page; for a 304 the one that was asked about: by a wrong clock it has another date."""
        newest = self._catalogue.newest(exchange.url)
        if exchange.status != 304 or newest is None or _asks_about(exchange, newest):
            return newest
        return next((copy for copy in self._catalogue.copies(exchange.url) if _asks_about(exchange, copy)), None)

    def _holds(self, copy: Copy, body: bytes) -> bool:
        """Whether a copy can be read and has these bytes: else what is at hand must be stored."""
        try:
            return self.read(copy).body == body
        except Unreadable:
            return False

    def _write(self, content: bytes) -> int:
        """Append to the open file, or to another once that is full; where the content begins."""
        file = self._file
        if file is None or self._size >= self._file_size:
            self._finish()
            file = self._begin()
        start = self._size
        self._append(file, content)
        return start

    def _append(self, file: int, content: bytes) -> None:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(file, rest) :]
        except OSError:
            os.ftruncate(file, self._size)
            raise
        self._size += len(content)

    def _begin(self) -> int:
        """Go on with a file that has room and that nobody holds, or begin a new one."""
        for path in sorted(self.folder.glob(_PATTERN), reverse=True):
            if path.stat().st_size < self._file_size:
                file = os.open(path, os.O_RDWR | os.O_APPEND)
                if _locked(file):
                    # Whoever held it since this archive was opened may have been killed.
                    self._repair_file(path, file, self._catalogue.sizes().get(path.name, 0))
                    self._name, self._file, self._size = path.name, file, os.fstat(file).st_size
                    return file
                os.close(file)
        now = self._clock.now()
        number = 0
        while True:
            name = f"trialpages-{now:%Y%m%dT%H%M%SZ}-{os.getpid()}-{number}.warc.gz"
            try:
                file = os.open(self.folder / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
            except FileExistsError:
                number += 1
                continue
            _locked(file)
            self._name, self._file, self._size = name, file, 0
            self._append(file, warc.information(name, self._fields, now))
            return file

    def _finish(self) -> None:
        if self._file is not None:
            os.fsync(self._file)
            os.close(self._file)
            self._file = None

    def _repair(self) -> None:
        entered = self._catalogue.sizes()
        paths = {path.name: path for path in self.folder.glob(_PATTERN)}
        for name in entered.keys() - paths.keys():
            self._catalogue.forget(name)
        for name, path in sorted(paths.items()):
            if path.stat().st_size != entered.get(name, 0):
                file = os.open(path, os.O_RDWR)
                try:
                    if _locked(file):
                        self._repair_file(path, file, entered.get(name, 0))
                finally:
                    os.close(file)

    def _repair_file(self, path: Path, file: int, known: int) -> None:
        """Bring a file that is ours and its `known` catalogued bytes into agreement."""
        size = os.fstat(file).st_size
        if size == known:
            return
        if size < known:
            self._catalogue.forget(path.name)
            known = 0
        end = warc.sound_end(path, known)
        if end < size:
            os.ftruncate(file, end)
        found = list(warc.records(path, known)) if end > known else []
        self._catalogue.add(path.name, end, found)
        self.repairs.append(Repair(path.name, size - end, len(found)))


def _asks_about(exchange: Exchange, copy: Copy) -> bool:
    """Whether an exchange asked if a page is still as in a copy, or does not tell what it asked."""
    etag, since = (exchange.request_headers.get(name) for name in ("if-none-match", "if-modified-since"))
    if etag is not None:
        return copy.status in {200, 304} and copy.etag == etag
    return since is None or (copy.status in {200, 304} and copy.last_modified == since)


def read_copy(folder: Path, copy: Copy, limit: int | None = None) -> Exchange:
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
    body = warc.read(folder / copy.body_file, copy.body_start, limit)
    if (copy.file, copy.start) == (copy.body_file, copy.body_start):
        return body
    # What confirms a page may also name a new ETag; all that describes the bytes comes with the bytes.
    headers = body.headers.copy()
    if copy.etag:
        headers["etag"] = copy.etag
    if copy.last_modified:
        headers["last-modified"] = copy.last_modified
    return replace(body, url=copy.url, at=copy.at, headers=headers)


def _locked(file: int) -> bool:
    """Whether the file is ours now; it stays so until it is closed, or the process ends in whatever way."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _damage(path: Path) -> Iterator[Damage]:
    end, size = warc.sound_end(path), path.stat().st_size
    with path.open("rb") as file:
        iterator = ArchiveIterator(file, check_digests=True)
        try:
            for record in iterator:
                while record.raw_stream.read(_CHUNK):
                    pass
                for problem in record.digest_checker.problems:
                    yield Damage(path.name, iterator.get_record_offset(), problem)
        except (ArchiveLoadFailed, ValueError) as error:
            yield Damage(path.name, file.tell(), str(error))
    if end < size:
        yield Damage(path.name, end, f"the last {size - end} bytes are no whole record")
