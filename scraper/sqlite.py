"""Opens and makes SQLite files that any number of processes use at once.

A file is made beside its place and then moved there, complete with its tables. So an empty file has lost its content,
and is reported.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from errno import ENOSPC
from pathlib import Path
from typing import Final
from urllib.parse import quote

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_random

from scraper import permissions
from scraper.errors import TrialPagesError

JOURNALS: Final = ("-wal", "-shm")
"""What SQLite appends to a file's name for the files that it keeps beside it."""


def open_database(path: Path, schema: str, remedy: str, *, threads: bool = False) -> sqlite3.Connection:
    """A SQLite file that any number of processes may use at once; it is made if need be.

    One that cannot be written can be read.

    Args:
        path: where it is.
        schema: what creates its tables.
        remedy: what a person does after they have deleted a damaged one.
        threads: whether the connection passes between threads, one at a time.

    Raises:
        TrialPagesError: the file is damaged; the message says to delete it, and the remedy.
        sqlite3.OperationalError: the disk is full, or the file cannot be opened.
    """
    why = why_lost(path)
    if why is not None:
        raise TrialPagesError(f"{path} {why}; delete it, {remedy}")
    if path.exists() and not can_write(path):
        return open_to_read(path)
    if not path.exists():
        make(path, lambda new: _connected(new, schema, remedy).close())
    narrow(path)
    return _connected(path, schema, remedy, threads=threads)


def _connected(path: Path, schema: str, remedy: str, *, threads: bool = False) -> sqlite3.Connection:
    table = sqlite3.connect(path, timeout=30, check_same_thread=not threads)
    try:
        use_wal(table)
        table.executescript(f"PRAGMA synchronous = NORMAL; {schema}")
    except sqlite3.DatabaseError as error:
        table.close()
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise TrialPagesError(f"{path} is damaged ({error}); delete it, {remedy}") from error
    return table


def use_wal(connection: sqlite3.Connection) -> None:
    """Turn a file of SQLite to WAL: readers and one writer at once, and a kill loses nothing.

    Where another process writes to a new file, or turns it, in the same moment, both hold the lock that the other waits
    for. SQLite sees that and refuses one of them at once, however long it was told to wait: it tries again.

    Raises:
        sqlite3.Error: the file is damaged, or another process keeps it to itself for a minute.
    """
    for attempt in Retrying(
        retry=retry_if_exception(lambda error: getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY),
        wait=wait_random(0.01, 0.1),
        stop=stop_after_delay(60),
        reraise=True,
    ):
        with attempt:
            connection.execute("PRAGMA journal_mode = WAL").close()


def why_lost(path: Path) -> str | None:
    """How a file lost its content, so that it must be neither opened nor replaced; None where it did not.

    SQLite takes a file of no bytes for a new one, and deletes the journal beside it with what was written last.
    """
    journal = _journal(path)
    if not path.exists():
        return f"is gone, but {journal} is there, with what was written last" if _size(journal) else None
    return "is empty: its content was lost" if path.is_file() and not _size(path) else None


def make(path: Path, fill: Callable[[Path], None]) -> None:
    """Make a file for its owner alone, unless another process is faster.

    Args:
        path: where it appears, whole.
        fill: writes and closes the file whose name it gets, which is there and has no bytes.

    Raises:
        OSError: it cannot be made.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    made = Path(name)
    try:
        os.fchmod(handle, permissions.FILE)
        os.close(handle)
        fill(made)
        # Where a disk gets full as SQLite moves what was written from the journal to the file, it says nothing.
        if _size(_journal(made)):
            raise OSError(ENOSPC, os.strerror(ENOSPC), str(path))
        permissions.link_into_place(made, path)
    finally:
        for suffix in ("", *JOURNALS):
            Path(f"{made}{suffix}").unlink(missing_ok=True)


def narrow(path: Path) -> None:
    """Take from others the rights to a file, and to the journals beside it; new ones get the rights of the file."""
    for suffix in ("", *JOURNALS):
        permissions.narrow_file(Path(f"{path}{suffix}"))


def can_write(path: Path) -> bool:
    """Whether a file and its folder can be written; where they cannot, it can be read all the same."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a file that cannot be written, or lies in a folder that cannot.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    if Path(f"{path}-shm").exists():  # another computer, or another view of the disk, may write at this moment
        return sqlite3.connect(uri(path, "mode=ro"), uri=True, check_same_thread=False)
    if not _size(_journal(path)):
        return sqlite3.connect(uri(path, "mode=ro&immutable=1"), uri=True, check_same_thread=False)
    # What was written last is in the journal, and SQLite reads that only where it can write.
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        shutil.copyfile(_journal(path), _journal(copy))
        with closing(sqlite3.connect(copy)) as source:
            return copied(source)


def copied(source: sqlite3.Connection) -> sqlite3.Connection:
    """A copy that nobody else sees and that needs no room in the home; it may be written.

    Raises:
        sqlite3.Error: the source is damaged.
    """
    copy = sqlite3.connect("", check_same_thread=False)  # SQLite keeps it on the disk where it gets large
    try:
        source.backup(copy)
    except sqlite3.Error:
        copy.close()
        raise
    return copy


def uri(path: Path, options: str) -> str:
    """A file's name as SQLite takes it with options."""
    return f"file:{quote(os.fsencode(path.absolute()))}?{options}"


def _journal(path: Path) -> Path:
    return Path(f"{path}-wal")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0
