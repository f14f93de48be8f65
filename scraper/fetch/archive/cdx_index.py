"""The CDX index: which captures of a page an archive holds, and where. The WARC files can rebuild it."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, Self

from scraper.fetch.archive.warc import ResponseRecord, iso
from scraper.fetch.retries import RETRIED_STATUSES
from scraper.sqlite import copied, open_database

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, size INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS copies (
    url TEXT NOT NULL, at TEXT NOT NULL, status INTEGER NOT NULL,
    content_type TEXT NOT NULL, etag TEXT, last_modified TEXT, digest TEXT NOT NULL,
    file TEXT NOT NULL, start INTEGER NOT NULL, body_file TEXT, body_start INTEGER,
    PRIMARY KEY (file, start)
);
CREATE INDEX IF NOT EXISTS copies_of_a_page ON copies (url, at);
"""

_COLUMNS: Final = "url, at, status, content_type, etag, last_modified, digest, file, start, body_file, body_start"

_PASSING: Final = ", ".join(map(str, sorted(RETRIED_STATUSES)))


@dataclass(frozen=True, slots=True)
class Capture:
    """One archived answer."""

    url: str
    at: datetime
    status: int
    content_type: str
    etag: str | None
    last_modified: str | None
    digest: str
    file: str
    start: int
    body_file: str | None
    """Where the bytes are; for an unchanged page that is an earlier record. None if it is not known."""
    body_start: int | None


class IndexRow(NamedTuple):
    """A row of the index: a capture's place, what its record says, and what can come from the record it refers to."""

    file: str
    start: int
    url: str
    at: str
    status: int
    digest: str
    content_type: str
    etag: str | None
    last_modified: str | None
    body_file: str | None
    body_start: int | None


class CdxIndex:
    """The table of captures. Any number of processes may use it at once.

    Args:
        where: the SQLite file; a connection to one that is to be read alone; None keeps the table to itself.
    """

    def __init__(self, where: Path | sqlite3.Connection | None) -> None:
        if where is None:
            self._table = sqlite3.connect("", check_same_thread=False)
            self._table.executescript(_SCHEMA)
        elif isinstance(where, sqlite3.Connection):
            self._table = where
        else:
            # A power cut may lose the last entries; the files bring them back. The archive's lock keeps threads apart.
            self._table = open_database(where, _SCHEMA, "and it is rebuilt from the files beside it", threads=True)

    def close(self) -> None:
        """Close the file."""
        self._table.close()

    def is_checkpointed(self) -> bool:
        """Whether everything written is in the file itself by now, not in its journal."""
        busy, *_ = self._table.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def copied(self) -> Self:
        """A copy that can be completed without a change to the file.

        Raises:
            sqlite3.Error: it is damaged.
        """
        return type(self)(copied(self._table))

    def sizes(self) -> dict[str, int]:
        """How many bytes of each file are entered."""
        return dict(self._table.execute("SELECT name, size FROM files"))

    def count(self) -> int:
        """How many captures are entered."""
        (number,) = self._table.execute("SELECT count(*) FROM copies").fetchone()
        return int(number)

    def forget(self, file: str) -> None:
        """Remove a file and its captures."""
        with self._table:
            self._table.execute("DELETE FROM copies WHERE file = ?", (file,))
            self._table.execute("DELETE FROM files WHERE name = ?", (file,))

    def add(self, file: str, size: int, found: Iterable[ResponseRecord]) -> Capture:
        """Enter answers up to the last one in a file, whose first `size` bytes are known then; the last one."""
        with self._table:
            *_, capture = [self._enter(file, entry) for entry in found]
            self._table.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (file, size))
        return capture

    def enter(self, file: str, found: Iterable[ResponseRecord]) -> list[ResponseRecord]:
        """Enter answers that were found in a file; those that stand for one that is not known (yet) are given back."""
        with self._table:
            return [entry for entry in found if self._enter(file, entry).body_file is None]

    def set_sizes(self, sizes: Mapping[str, int]) -> None:
        """Take so many bytes of each file for entered."""
        with self._table:
            self._table.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", sizes.items())

    def _enter(self, file: str, found: ResponseRecord) -> Capture:
        capture = self._copy(file, found)
        self._table.execute(
            f"INSERT OR REPLACE INTO copies ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constants
            (
                capture.url,
                iso(capture.at),
                capture.status,
                capture.content_type,
                capture.etag,
                capture.last_modified,
                capture.digest,
                capture.file,
                capture.start,
                capture.body_file,
                capture.body_start,
            ),
        )
        return capture

    def newest(self, url: str) -> Capture | None:
        """The newest capture that shows the page; 429, 503 and other passing failures are left out."""
        rows = self._select(f"url = ? AND status NOT IN ({_PASSING}) ORDER BY at DESC LIMIT 1", url)
        return next(rows, None)

    def original(self, capture: Capture) -> Capture | None:
        """The capture whose record holds the bytes: itself, or an earlier one."""
        if capture.body_file is None:
            return None
        return next(self._select("file = ? AND start = ?", capture.body_file, capture.body_start), None)

    def last(self, file: str) -> Capture | None:
        """The last capture in a file."""
        return next(self._select("file = ? ORDER BY start DESC LIMIT 1", file), None)

    def captures(self, url: str | None = None) -> Iterator[Capture]:
        """All captures, or those of one page, the newest first."""
        if url is None:
            return self._select("1 ORDER BY at DESC")
        return self._select("url = ? ORDER BY at DESC", url)

    def rows(self) -> Iterator[IndexRow]:
        """All entries as they are stored, in the order of files and places."""
        columns = ", ".join(IndexRow._fields)
        rows = self._table.execute(f"SELECT {columns} FROM copies ORDER BY file, start")  # noqa: S608 - constants
        return map(IndexRow._make, rows)

    def _select(self, where: str, *values: str | int | None) -> Iterator[Capture]:
        # An address can have been typed in bytes that are no text; SQLite takes none such, and no capture has one.
        values = tuple(
            value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value for value in values
        )
        for row in self._table.execute(f"SELECT {_COLUMNS} FROM copies WHERE {where}", values):  # noqa: S608 - constants
            try:
                yield Capture(row[0], datetime.fromisoformat(row[1]), *row[2:])
            except (TypeError, ValueError) as error:
                raise sqlite3.DatabaseError(f"an entry of the archive's CDX index is damaged ({error})") from error

    def _copy(self, file: str, found: ResponseRecord) -> Capture:
        body: tuple[str | None, int | None] = (file, found.offset)
        etag, last_modified = found.headers.get("etag"), found.headers.get("last-modified")
        content_type = found.headers.get("content-type", "")
        if found.revisits is not None:
            url, at = found.revisits
            original = next(self._select("url = ? AND at = ? LIMIT 1", url, iso(at)), None)
            body = (None, None)
            if original is not None:
                body = (original.body_file, original.body_start)
                etag = etag or original.etag
                last_modified = last_modified or original.last_modified
                content_type = content_type or original.content_type
        return Capture(
            found.url,
            found.at,
            found.status,
            content_type,
            etag,
            last_modified,
            found.digest,
            file,
            found.offset,
            *body,
        )
