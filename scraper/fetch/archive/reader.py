"""Reads an archive, whatever the state of its CDX index. Nothing is written.

The WARC files are the truth. What a lost, damaged or outdated index lacks is read from them each time, until a process
that writes enters it.
"""

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from scraper.fetch.archive import seal, warc_files
from scraper.fetch.archive.cdx_index import Capture, CdxIndex
from scraper.fetch.archive.members import BrokenSpan
from scraper.fetch.archive.seal import INDEX_FILE
from scraper.fetch.archive.warc import ResponseRecord
from scraper.fetch.archive.warc_files import Damage, NotOurFile
from scraper.sqlite import uri

_Answer = TypeVar("_Answer")

_TRIES: Final = 5
"""How often a CDX index is opened once more because it was written to meanwhile."""


class ArchiveReader:
    """The captures of a folder's archive.

    Args:
        folder: the archive's; it need not be there.

    Raises:
        OSError: the folder cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Damage] = []
        """What is damaged, lost or refused, as far as that shows without reading everything; report it to the user."""
        self.is_without_index = False
        """Whether the files are read because there is no CDX index: that costs time alone."""
        self._index, self._state = self._open()

    def close(self) -> None:
        """Close the CDX index."""
        self._index.close()

    def files(self) -> set[str]:
        """The names of the files whose captures are known."""
        return set(self.query(lambda index: index.sizes()))

    def newest(self, url: str) -> Capture | None:
        """The newest capture that shows the page; 429, 503 and other passing failures are left out."""
        return self.query(lambda index: index.newest(url))

    def captures(self, url: str | None = None) -> list[Capture]:
        """All captures, or those of one page, the newest first."""
        return self.query(lambda index: list(index.captures(url)))

    def query(self, question: Callable[[CdxIndex], _Answer]) -> _Answer:
        """Query the CDX index; once more, if a process began to write to it meanwhile.

        Raises:
            sqlite3.Error: it cannot be read.
        """
        for _ in range(_TRIES):
            try:
                answer = question(self._index)
            except sqlite3.DatabaseError:
                if self._state == self._now():
                    raise
            else:
                if self._state is None or self._state == self._now():
                    return answer
            self._index.close()
            self.problems.clear()
            self._index, self._state = self._open()
        return question(self._index)

    def _now(self) -> tuple[int, int, int] | None:
        try:
            about = (self.folder / INDEX_FILE).stat()
        except OSError:
            return None
        return about.st_ino, about.st_size, about.st_mtime_ns

    def _open(self) -> tuple[CdxIndex, tuple[int, int, int] | None]:
        """The complete CDX index; and the state of its file, where it is read without a lock."""
        names = warc_files.names(self.folder)
        is_written = seal.is_written(self.folder)
        state = self._now()
        disk = self._on_disk(names, is_written=is_written)
        known = disk.sizes() if disk is not None else {}
        behind = [name for name in names if self._is_behind(name, known.get(name, 0), is_written=is_written)]
        # What is lost stays known here: who asks for it hears that it cannot be read, not that it never was.
        self.problems += [lost(name) for name in sorted(known.keys() - set(names))]
        if disk is not None and not behind:
            return disk, None if is_written else state
        index = disk.copied() if disk is not None else CdxIndex(None)
        if disk is not None:
            disk.close()
        later = [(name, found) for name in behind for found in self._enter(index, name, known.get(name, 0))]
        for name, found in later:
            index.enter(name, [found])
        return index, None

    def _on_disk(self, names: list[str], *, is_written: bool) -> CdxIndex | None:
        path = self.folder / INDEX_FILE
        if not os.path.lexists(path):
            self.is_without_index = bool(names)
            return None
        why = seal.problem(self.folder)
        if why is None:
            # Who does not write must leave no trace, not even SQLite's journals.
            options = "mode=ro" if is_written else "mode=ro&immutable=1"
            table = sqlite3.connect(uri(path, options), uri=True, timeout=30, check_same_thread=False)
            try:
                if not (self.folder / seal.SEAL).exists() and not is_written:
                    why = _first_problem(table)
                index = CdxIndex(table)
                index.sizes()
            except sqlite3.DatabaseError as error:
                if is_written and isinstance(error, sqlite3.OperationalError):  # who wrote has just ended
                    table.close()
                    return self._on_disk(names, is_written=False)
                why = str(error)
            if why is None:
                return index
            table.close()
        what = f"it {why}" if why.startswith("is ") else f"it is damaged ({why})"
        self.problems.append(Damage(INDEX_FILE, 0, f"{what}; the files are read, and the next fetch rebuilds it"))
        return None

    def _is_behind(self, name: str, known: int, *, is_written: bool) -> bool:
        """Whether the CDX index is outdated for a file; a file that is being written may be ahead of it."""
        try:
            about = (self.folder / name).lstat()
        except FileNotFoundError:
            return False
        if not known or not stat.S_ISREG(about.st_mode):
            return True
        return about.st_size < known or (about.st_size > known and not is_written)

    def _enter(self, index: CdxIndex, name: str, known: int) -> list[ResponseRecord]:
        """Read what the CDX index does not know of a file; the answers whose bytes are not known yet."""
        try:
            with warc_files.opened(self.folder, name) as file:
                size = warc_files.size_of(file)
                if size < known:
                    self.problems.append(shrunk(name, size, known))
                    known = 0
                elif known and size > known and not warc_files.agrees(file, index, name, known):
                    index.forget(name)
                    known = 0
                if not known:
                    warc_files.expect_ours(file, name)
                spans: list[BrokenSpan] = []
                later = index.enter(name, warc_files.answers(file, name, (known, size), self.problems, spans))
                self.problems += [unfinished(name, span) for span in spans]
                index.set_sizes({name: size})
                return later
        except NotOurFile as error:
            self.problems.append(refused(name, error))
            return []


def unfinished(name: str, span: BrokenSpan) -> Damage:
    """The report on an exchange that was not written to its end."""
    what = f"the last {span.end - span.start:,} bytes are of an exchange that was never written to its end"
    return Damage(name, span.start, what)


def lost(name: str) -> Damage:
    """The report on a file that is gone."""
    return Damage(name, 0, "the file is gone, and its exchanges with it")


def shrunk(name: str, size: int, known: int) -> Damage:
    """The report on a file that lost its end."""
    return Damage(name, size, f"{known - size:,} bytes that were there are gone")


def refused(name: str, error: NotOurFile) -> Damage:
    """The report on a file that is not the archive's."""
    return Damage(name, 0, f"{error}; it is left alone")


def _first_problem(table: sqlite3.Connection) -> str | None:
    (said,) = table.execute("PRAGMA quick_check(1)").fetchone()
    return None if said == "ok" else str(said)
