"""Writes to an archive: to one locked file. What a killed process left is repaired, never destroyed."""

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from scraper import permissions
from scraper.errors import ArchiveError, TrialPagesError
from scraper.fetch.archive import reader, seal, warc, warc_files
from scraper.fetch.archive.cdx_index import Capture, CdxIndex
from scraper.fetch.archive.members import BrokenSpan
from scraper.fetch.archive.seal import INDEX_FILE
from scraper.fetch.archive.warc import ResponseRecord
from scraper.fetch.archive.warc_files import Damage, NotOurFile
from scraper.fetch.clock import Clock
from scraper.sqlite import JOURNALS

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Repair:
    """How a file that a killed process left was repaired."""

    file: str
    removed: int
    """Bytes of an exchange that was never written to its end."""
    kept_in: str | None
    """The file beside it to which they were copied before."""
    entered: int
    """Whole exchanges that were in the file, but not in the CDX index."""

    def __str__(self) -> str:
        moved = (
            f"moved {self.removed:,} bytes of an unfinished exchange to {self.kept_in}, "
            if self.kept_in is not None
            else ""
        )
        return f"{self.file}: {moved}entered {self.entered:,} whole exchanges in the CDX index"


class ArchiveWriter:
    """Appends exchanges to an archive.

    Args:
        folder: where it lies; it is made if need be.
        clock: names new files.
        file_size: the size in bytes beyond which a new file is begun.
        fields: what the opening record of each file tells.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
        ArchiveError: the CDX index is damaged, and another process uses it.
    """

    def __init__(self, folder: Path, *, clock: Clock, file_size: int, fields: dict[str, str]) -> None:
        permissions.make_home(folder.parent)
        permissions.make_own(folder, (warc_files.PREFIX, INDEX_FILE, "damaged-"))
        self._folder = folder
        self._clock = clock
        self._file_size = file_size
        self._fields = fields
        self.repairs: list[Repair] = []
        """What had to be repaired; report it to the user."""
        self.problems: list[Damage] = []
        """What is damaged, gone or refused; report it to the user."""
        self._name = ""
        self._file: BinaryIO | None = None
        self._size = 0
        self._pending: list[ResponseRecord] = []
        """What was written to the open file, and not entered: there was no room in the CDX index."""
        self._lock = seal.WriterLock(folder)
        try:
            self.index = self._opened_index()
            self._repair()
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Finish the open file, and release all locks."""
        self._finish()
        checkpointed = False
        with suppress(sqlite3.Error):  # a full disk leaves it without a seal
            checkpointed = self.index.is_checkpointed()
        self.index.close()
        if checkpointed and self._lock.is_alone():
            self._lock.seal()
        self._lock.release()

    def append(self, content: bytes, found: ResponseRecord) -> Capture:
        """Append an exchange by one write, and enter it.

        Args:
            content: its members.
            found: its answer, at whatever offset.

        Raises:
            OSError: the disk is full or broken; the file is left as it was before.
            sqlite3.Error: the CDX index cannot be written; the exchange is entered with the next one, or by the next
                process.
        """
        file = self._file
        if file is None or self._size >= self._file_size:
            self._finish()
            file = self._begin()
        start = self._size
        self._write(file, content)
        self._pending.append(found._replace(offset=start))
        capture = self.index.add(self._name, self._size, self._pending)
        self._pending.clear()
        return capture

    def _opened_index(self) -> CdxIndex:
        path = self._folder / INDEX_FILE
        why = seal.problem(self._folder)
        if why is None:
            self._lock.break_seal()
            try:
                return CdxIndex(path)
            except TrialPagesError as error:
                why = f"is damaged ({error.__cause__ or error})"
        # It holds nothing that the files do not hold; but who knows what a person can still learn from it.
        if not self._lock.is_alone():
            raise ArchiveError(f"{path} {why}, and another process is using it: try again when that has ended")
        aside = f"damaged-{self._clock.now():%Y%m%dT%H%M%SZ}-{os.getpid()}-{INDEX_FILE}"
        for suffix in ("", *JOURNALS):
            with suppress(FileNotFoundError):
                Path(f"{path}{suffix}").rename(self._folder / f"{aside}{suffix}")
        self.problems.append(Damage(INDEX_FILE, 0, f"it {why}; it is kept as {aside}, and rebuilt from the files"))
        self._lock.break_seal()
        self._lock.share()
        return CdxIndex(path)

    def _repair(self) -> None:
        """Bring the CDX index up to date with the files that no process is writing."""
        entered = self.index.sizes()
        names = warc_files.names(self._folder)
        for name in sorted(entered.keys() - set(names)):
            self.problems.append(reader.lost(name))
            self.index.forget(name)
        later: list[tuple[str, ResponseRecord]] = []
        sizes: dict[str, int] = {}
        for name in names:
            if name in entered:
                permissions.narrow_file(self._folder / name)
            with suppress(FileNotFoundError):
                if not entered.get(name) or (self._folder / name).lstat().st_size != entered[name]:
                    self._repair_file(name, later, sizes)
        # What stands for an exchange in a later file is entered last; till then no file counts as entered.
        for name, found in later:
            self.index.enter(name, [found])
        if sizes:
            self.index.set_sizes(sizes)

    def _repair_file(self, name: str, later: list[tuple[str, ResponseRecord]], sizes: dict[str, int]) -> None:
        try:
            with warc_files.opened(self._folder, name) as file:
                # Who writes it has the lock, and enters what it writes.
                if warc_files.lock(file):
                    sizes[name], _ = self._agree(file, name, later)
                    permissions.narrow_file(self._folder / name)
        except NotOurFile as error:
            self.problems.append(reader.refused(name, error))
            self.index.forget(name)

    def _agree(self, file: BinaryIO, name: str, later: list[tuple[str, ResponseRecord]]) -> tuple[int, bool]:
        """Enter what the CDX index does not know of a file that is locked, and cut off an end that is unfinished.

        Returns:
            How many bytes are entered then, and whether they are all sound.
        """
        size, known = warc_files.size_of(file), self.index.sizes().get(name, 0)
        if size < known:
            self.problems.append(reader.shrunk(name, size, known))
            self.index.forget(name)
            known = 0
        elif known and size > known and not warc_files.agrees(file, self.index, name, known):
            self.index.forget(name)
            known = 0
        if not known:
            warc_files.expect_ours(file, name)
        if size == known:
            return size, True
        spans: list[BrokenSpan] = []
        damages: list[Damage] = []
        before = self.index.count()
        later += [
            (name, found)
            for found in self.index.enter(name, warc_files.answers(file, name, (known, size), damages, spans))
        ]
        entered = self.index.count() - before
        self.problems += damages
        kept_in = None
        for span in spans:
            kept_in = self._cut(name, span)
            if kept_in is None:
                self.problems.append(reader.unfinished(name, span))
            size = span.start
        if entered or kept_in is not None:
            removed = sum(span.end - span.start for span in spans) if kept_in is not None else 0
            self.repairs.append(Repair(name, removed, kept_in, entered))
        return size, not damages and (not spans or kept_in is not None)

    def _cut(self, name: str, span: BrokenSpan) -> str | None:
        """Copy an unfinished end to a file beside, and cut it off where it is ours to change; the name of that file."""
        beside = f"{name}.{span.start}.unfinished"
        try:
            with warc_files.opened(self._folder, name, to_write=True) as file:
                if not warc_files.may_change(file, name) or warc_files.size_of(file) != span.end:
                    return None
                file.seek(span.start)
                _copy_rest(file, self._folder / beside)
                os.ftruncate(file.fileno(), span.start)
                os.fsync(file.fileno())
        except (OSError, NotOurFile):  # the disk is full: it stays where it is, and another file is gone on with
            return None
        return beside

    def _write(self, file: BinaryIO, content: bytes) -> None:
        rest = memoryview(content)
        try:
            while rest:
                rest = rest[os.write(file.fileno(), rest) :]
        except OSError:
            os.ftruncate(file.fileno(), self._size)
            raise
        self._size += len(content)

    def _begin(self) -> BinaryIO:
        """Reopen a file that has room and that no process holds, or begin a new one."""
        for name in reversed(warc_files.names(self._folder)):
            file = self._reopened(name)
            if file is not None:
                return file
        now = self._clock.now()
        number = 0
        while True:
            file = self._new(f"{warc_files.PREFIX}{now:%Y%m%dT%H%M%SZ}-{os.getpid()}-{number}.warc.gz", now)
            if file is not None:
                return file
            number += 1

    def _reopened(self, name: str) -> BinaryIO | None:
        """A file, locked, if more may be appended to it."""
        try:
            file = warc_files.opened(self._folder, name, to_write=True)
        except NotOurFile:
            return None
        try:
            if (
                warc_files.size_of(file) < self._file_size
                and warc_files.lock(file)
                and warc_files.may_change(file, name)
            ):
                # Whoever held it since this archive was opened may have been killed.
                later: list[tuple[str, ResponseRecord]] = []
                size, is_sound = self._agree(file, name, later)
                for _, found in later:
                    self.index.enter(name, [found])
                self.index.set_sizes({name: size})
                if is_sound:
                    self._name, self._file, self._size = name, file, size
        except NotOurFile:
            pass
        finally:
            if self._file is not file:
                file.close()
        return self._file

    def _new(self, name: str, now: datetime) -> BinaryIO | None:
        """A new file, which appears with its opening record, and locked; None where there is one of the name."""
        temporary = self._folder / f".{name}.new"
        try:
            handle = os.open(temporary, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL, permissions.FILE)
        except FileExistsError:
            return None
        file = os.fdopen(handle, "r+b", buffering=0)
        is_new = False
        try:
            os.fchmod(handle, permissions.FILE)
            warc_files.lock(file)
            self._name, self._file, self._size = name, file, 0
            self._write(file, warc.information(name, self._fields, now))
            is_new = permissions.link_into_place(temporary, self._folder / name)
        finally:
            temporary.unlink(missing_ok=True)
            if not is_new:
                self._file = None
                file.close()
        return self._file

    def _finish(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None
            self._pending.clear()


def _copy_rest(file: BinaryIO, path: Path) -> None:
    """Copy what follows to a new file that survives a power cut.

    Raises:
        OSError: the disk is full, or there is a file of the name.
    """
    with path.open("xb") as saved:
        try:
            path.chmod(permissions.FILE)
            while chunk := file.read(_CHUNK):
                saved.write(chunk)
            saved.flush()
            os.fsync(saved.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
