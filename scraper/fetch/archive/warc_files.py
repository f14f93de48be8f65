"""Opens the WARC files of an archive: only our own, no links; reads on behind damage."""

import fcntl
import os
import re
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from scraper.fetch.archive.cdx_index import CdxIndex
from scraper.fetch.archive.members import BrokenSpan, Member, is_ours, scan
from scraper.fetch.archive.warc import ResponseRecord, response_in

PREFIX: Final = "trialpages-"
"""How the names of our files begin."""

_SUFFIX: Final = ".warc.gz"

_NAME: Final = re.compile(r"trialpages-\d{8}T\d{6}Z-\d+-\d+\.warc\.gz")
"""How this program names its files."""

_CHUNK: Final = 1 << 20

RECORD_ERRORS: Final = (ArchiveLoadFailed, ValueError, TypeError, AttributeError, EOFError, StopIteration, zlib.error)
"""What warcio raises for bytes that are no record, or a record that makes no sense."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in the archive that is not as it was written."""

    file: str
    start: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.start}: {self.what}"


class NotOurFile(Exception):
    """A file in the archive's folder that is not one of the archive's; it is neither read nor changed."""


def names(folder: Path) -> list[str]:
    """The files whose names are like ours, in alphabetical order; none where there is no folder.

    Raises:
        OSError: the folder cannot be read, or a link to it leads nowhere, as to a disk that is not there.
    """
    try:
        found = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        if folder.is_symlink():
            raise
        return []
    return sorted(name for name in found if name.startswith(PREFIX) and name.endswith(_SUFFIX))


def opened(folder: Path, name: str, *, to_write: bool = False) -> BinaryIO:
    """A file of the archive; what is written to it is appended.

    Raises:
        Refused: it is a link, a folder, a pipe or a device; or another program's, or cannot be opened.
    """
    path = folder / name
    try:
        # A pipe would be waited for, a device might act: what it is, is asked before it is opened, and then once more.
        _expect_file(path.lstat())
        handle = os.open(path, (os.O_RDWR | os.O_APPEND if to_write else os.O_RDONLY) | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise NotOurFile(f"cannot be opened ({error.strerror or error})") from error
    file = os.fdopen(handle, "r+b" if to_write else "rb", buffering=0)
    try:
        _expect_file(os.fstat(handle))
    except BaseException:
        file.close()
        raise
    return file


def size_of(file: BinaryIO) -> int:
    """How many bytes a file has now."""
    return os.fstat(file.fileno()).st_size


def lock(file: BinaryIO) -> bool:
    """Whether the file is ours now; it stays so until it is closed, or the process ends in whatever way."""
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def agrees(file: BinaryIO, index: CdxIndex, name: str, known: int) -> bool:
    """Whether what a CDX index says of the first bytes of a file can be so: else it is another file's."""
    last = index.last(name)
    if last is not None:
        found = next(answers(file, name, (last.start, known), [], []), None)
        if found is None or (found.offset, found.url, found.at) != (last.start, last.url, last.at):
            return False
    first = next(scan(file, known, size_of(file)), None)
    return isinstance(first, Member) or (first is not None and first.is_unfinished)


def expect_ours(file: BinaryIO, name: str) -> None:
    """See that a file was written by this program, under whatever name.

    Raises:
        Refused: it was not, as far as can be told.
    """
    size = size_of(file)
    if not size:
        raise NotOurFile("is empty: what it held is lost")
    for part in scan(file, 0, size):
        if isinstance(part, Member):
            if is_ours(file, part):
                return
            record = _record(file, part)
            if record is None:
                continue
            if record.rec_type == "warcinfo":
                if (record.rec_headers.get_header("WARC-Filename") or "").startswith(PREFIX):
                    return
            elif _NAME.fullmatch(name):  # older versions could begin a file without saying whose it is
                return
            break
        if part.is_unfinished:
            break
    raise NotOurFile("was not written by trialpages, or nothing of it can be read")


def may_change(file: BinaryIO, name: str) -> bool:
    """Whether more may be written to a file, and an unfinished end be cut off.

    It begins with our record that bears its name, and it has no other name: a hard link may be somebody's backup.
    """
    if os.fstat(file.fileno()).st_nlink != 1:
        return False
    first = next(scan(file, 0, size_of(file)), None)
    record = _record(file, first) if isinstance(first, Member) else None
    return (
        record is not None
        and record.rec_type == "warcinfo"
        and record.rec_headers.get_header("WARC-Filename") == name
        and _NAME.fullmatch(name) is not None
    )


def answers(
    file: BinaryIO,
    name: str,
    span: tuple[int, int],
    damages: list[Damage],
    unfinished: list[BrokenSpan],
    *,
    digests: bool = False,
) -> Iterator[ResponseRecord]:
    """The answers in a file.

    Args:
        file: it is read alone.
        name: how damage is told.
        span: where a member begins, and where to stop.
        damages: gets what is damaged and passed over.
        unfinished: gets what is last and was never written to its end.
        digests: whether bodies are read and compared with their digests.
    """
    for part in scan(file, *span):
        if isinstance(part, BrokenSpan):
            if part.is_unfinished:
                unfinished.append(part)
            else:
                damages.append(Damage(name, part.start, _damaged(part)))
            continue
        file.seek(part.start)
        try:
            record = next(iter(ArchiveIterator(file, check_digests=digests)))
            found = response_in(record)
            while digests and record.raw_stream.read(_CHUNK):
                pass
        except RECORD_ERRORS as error:
            what = f"no WARC record that can be read ({error or type(error).__name__})"
            damages.append(Damage(name, part.start, what))
            continue
        damages += [Damage(name, part.start, problem) for problem in record.digest_checker.problems] if digests else []
        if found is not None:
            yield found._replace(offset=part.start)


def _damaged(span: BrokenSpan) -> str:
    return f"{span.end - span.start:,} bytes are damaged; what follows them is read"


def _record(file: BinaryIO, member: Member) -> ArcWarcRecord | None:
    file.seek(member.start)
    try:
        return next(iter(ArchiveIterator(file)))
    except RECORD_ERRORS:
        return None


def _expect_file(about: os.stat_result) -> None:
    for is_one, what in (
        (stat.S_ISLNK, "is a symbolic link, which is not followed"),
        (stat.S_ISDIR, "is a folder"),
        (stat.S_ISFIFO, "is a pipe"),
    ):
        if is_one(about.st_mode):
            raise NotOurFile(what)
    if not stat.S_ISREG(about.st_mode):
        raise NotOurFile("is no file")
