"""Writing to an archive: one file of our own, locked; what a killed process left is mended, never destroyed."""

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
from scraper.fetch.archive.cdx_index import CdxIndex, Copy
from scraper.fetch.archive.members import Gap
from scraper.fetch.archive.seal import CATALOGUE
from scraper.fetch.archive.warc import Found
from scraper.fetch.archive.warc_files import Damage, Refused
from scraper.fetch.clock import Clock
from scraper.sqlite import JOURNALS

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Repair:
    """What was done about a file that a killed process left behind."""

    file: str
    removed: int
    """Bytes of an exchange that was never written to its end."""
    kept_in: str | None
    """The file beside it to which they were copied before."""
    entered: int
    """Whole exchanges that were in the file, but not in the catalogue."""

    def __str__(self) -> str:
        moved = (
            f"moved {self.removed:,} bytes of an unfinished exchange to {self.kept_in}, "
            if self.kept_in is not None
            else ""
        )
        return f"{self.file}: {moved}entered {self.entered:,} whole exchanges in the catalogue"


class Writing:
    """An archive that is being written.

    Args:
        folder: where it lies; it is made if need be.
        clock: names new files.
        file_size: the size in bytes beyond which a new file is begun.
        fields: what the opening record of each file tells.

    Raises:
        OSError: the disk is full, or the folder cannot be written.
        ArchiveError: the catalogue is damaged, and another process uses it.
    """

    def __init__(self, folder: Path, *, clock: Clock, file_size: int, fields: dict[str, str]) -> None:
        permissions.make_home(folder.parent)
        permissions.make_own(folder, (warc_files.PREFIX, CATALOGUE, "damaged-"))
        self._folder = folder
        self._clock = clock
        self._file_size = file_size
        self._fields = fields
        self.repairs: list[Repair] = []
        """What had to be mended; tell the user."""
        self.problems: list[Damage] = []
        """What is damaged, gone or refused; tell the user."""
        self._name = ""
        self._file: BinaryIO | None = None
        self._size = 0
        self._pending: list[Found] = []
        """What was written to the open file, and not entered: there was no room in the catalogue."""
        self._share = seal.Share(folder)
        try:
            self.catalogue = self._opened_catalogue()
            self._mend()
        except BaseException:
            self._share.end()
            raise

    def close(self) -> None:
        """Finish the open file and let go of everything."""
        self._finish()
        settled = False
        with suppress(sqlite3.Error):  # a full disk leaves it without a seal
            settled = self.catalogue.is_settled()
        self.catalogue.close()
        if settled and self._share.is_alone():
            self._share.seal()
        self._share.end()

    def append(self, content: bytes, found: Found) -> Copy:
        """Append an exchange by one write, and enter it.

        Args:
            content: its members.
            found: its answer, at whatever offset.

        Raises:
            OSError: the disk is full or broken; the file is left as it was before.
            sqlite3.Error: the catalogue cannot be written; the exchange is entered with the next one, or by the next
                process.
        """
        file = self._file
        if file is None or self._size >= self._file_size:
            self._finish()
            file = self._begin()
        start = self._size
        self._write(file, content)
        self._pending.append(found._replace(offset=start))
        copy = self.catalogue.add(self._name, self._size, self._pending)
        self._pending.clear()
        return copy

    def _opened_catalogue(self) -> CdxIndex:
        path = self._folder / CATALOGUE
        why = seal.problem(self._folder)
        if why is None:
            self._share.begin()
            try:
                return CdxIndex(path)
            except TrialPagesError as error:
                why = f"is damaged ({error.__cause__ or error})"
        # It holds nothing that the files do not hold; but who knows what a person can still learn from it.
        if not self._share.is_alone():
            raise ArchiveError(f"{path} {why}, and another process is using it: try again when that has ended")
        aside = f"damaged-{self._clock.now():%Y%m%dT%H%M%SZ}-{os.getpid()}-{CATALOGUE}"
        for suffix in ("", *JOURNALS):
            with suppress(FileNotFoundError):
                Path(f"{path}{suffix}").rename(self._folder / f"{aside}{suffix}")
        self.problems.append(Damage(CATALOGUE, 0, f"it {why}; it is kept as {aside}, and made anew from the files"))
        self._share.begin()
        self._share.share()
        return CdxIndex(path)

    def _mend(self) -> None:
        """Bring the catalogue and the files that nobody writes into agreement."""
        entered = self.catalogue.sizes()
        names = warc_files.names(self._folder)
        for name in sorted(entered.keys() - set(names)):
            self.problems.append(reader.lost(name))
            self.catalogue.forget(name)
        later: list[tuple[str, Found]] = []
        sizes: dict[str, int] = {}
        for name in names:
            if name in entered:
                permissions.narrow_file(self._folder / name)
            with suppress(FileNotFoundError):
                if not entered.get(name) or (self._folder / name).lstat().st_size != entered[name]:
                    self._mend_file(name, later, sizes)
        # What stands for an exchange in a later file is entered last; till then no file counts as entered.
        for name, found in later:
            self.catalogue.enter(name, [found])
        if sizes:
            self.catalogue.know(sizes)

    def _mend_file(self, name: str, later: list[tuple[str, Found]], sizes: dict[str, int]) -> None:
        try:
            with warc_files.opened(self._folder, name) as file:
                # Who writes it has the lock, and enters what it writes.
                if warc_files.lock(file):
                    sizes[name], _ = self._agree(file, name, later)
                    permissions.narrow_file(self._folder / name)
        except Refused as error:
            self.problems.append(reader.refused(name, error))
            self.catalogue.forget(name)

    def _agree(self, file: BinaryIO, name: str, later: list[tuple[str, Found]]) -> tuple[int, bool]:
        """Enter what the catalogue does not know of a file that is locked, and cut off an end that is unfinished.

        Returns:
            How many bytes are entered then, and whether they are all sound.
        """
        size, known = warc_files.size_of(file), self.catalogue.sizes().get(name, 0)
        if size < known:
            self.problems.append(reader.shrunk(name, size, known))
            self.catalogue.forget(name)
            known = 0
        elif known and size > known and not warc_files.agrees(file, self.catalogue, name, known):
            self.catalogue.forget(name)
            known = 0
        if not known:
            warc_files.expect_ours(file, name)
        if size == known:
            return size, True
        gaps: list[Gap] = []
        damages: list[Damage] = []
        before = self.catalogue.count()
        later += [
            (name, found)
            for found in self.catalogue.enter(name, warc_files.answers(file, name, (known, size), damages, gaps))
        ]
        entered = self.catalogue.count() - before
        self.problems += damages
        kept_in = None
        for gap in gaps:
            kept_in = self._cut(name, gap)
            if kept_in is None:
                self.problems.append(reader.unfinished(name, gap))
            size = gap.start
        if entered or kept_in is not None:
            removed = sum(gap.end - gap.start for gap in gaps) if kept_in is not None else 0
            self.repairs.append(Repair(name, removed, kept_in, entered))
        return size, not damages and (not gaps or kept_in is not None)

    def _cut(self, name: str, gap: Gap) -> str | None:
        """Copy an unfinished end to a file beside, and cut it off where it is ours to change; the name of that file."""
        beside = f"{name}.{gap.start}.unfinished"
        try:
            with warc_files.opened(self._folder, name, to_write=True) as file:
                if not warc_files.may_change(file, name) or warc_files.size_of(file) != gap.end:
                    return None
                file.seek(gap.start)
                _copy_rest(file, self._folder / beside)
                os.ftruncate(file.fileno(), gap.start)
                os.fsync(file.fileno())
        except (OSError, Refused):  # the disk is full: it stays where it is, and another file is gone on with
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
        """Go on with a file that has room and that nobody holds, or begin a new one."""
        for name in reversed(warc_files.names(self._folder)):
            file = self._gone_on_with(name)
            if file is not None:
                return file
        now = self._clock.now()
        number = 0
        while True:
            file = self._new(f"{warc_files.PREFIX}{now:%Y%m%dT%H%M%SZ}-{os.getpid()}-{number}.warc.gz", now)
            if file is not None:
                return file
            number += 1

    def _gone_on_with(self, name: str) -> BinaryIO | None:
        """A file, locked, if it is ours to go on with."""
        try:
            file = warc_files.opened(self._folder, name, to_write=True)
        except Refused:
            return None
        try:
            if (
                warc_files.size_of(file) < self._file_size
                and warc_files.lock(file)
                and warc_files.may_change(file, name)
            ):
                # Whoever held it since this archive was opened may have been killed.
                later: list[tuple[str, Found]] = []
                size, is_sound = self._agree(file, name, later)
                for _, found in later:
                    self.catalogue.enter(name, [found])
                self.catalogue.know({name: size})
                if is_sound:
                    self._name, self._file, self._size = name, file, size
        except Refused:
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
    with path.open("xb") as copy:
        try:
            path.chmod(permissions.FILE)
            while chunk := file.read(_CHUNK):
                copy.write(chunk)
            copy.flush()
            os.fsync(copy.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise
