"""The lock and the seal of a CDX index. Writers share the folder's lock; the last one to end seals the index.

The seal is a digest of the index's file, as `sha256sum` writes it. Where there is none, a process is writing, was
killed, or was an older version of this program.
"""

import fcntl
import hashlib
import os
import sqlite3
import stat
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from scraper import permissions
from scraper.sqlite import uri, why_lost

INDEX_FILE: Final = "catalogue.sqlite3"
"""The name of the CDX index on disk; archives have it since their first version, and older programs look for it."""

TABLES: Final = {"copies", "files"}
"""The tables of a CDX index; a file of SQLite with others is somebody else's."""

SEAL: Final = f"{INDEX_FILE}.sha256"


def is_written(folder: Path) -> bool:
    """Whether a process writes to an archive at this moment; nothing is changed to find out."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held, or a file system that knows no locks: then let SQLite find out
        return True
    finally:
        os.close(handle)
    return False


def problem(folder: Path) -> str | None:
    """Why the CDX index is not to be used, and not to be changed; None where it may be, or is not there."""
    path = folder / INDEX_FILE
    try:
        about = path.lstat()
    except FileNotFoundError:
        return why_lost(path)
    if not stat.S_ISREG(about.st_mode):
        return "is a symbolic link, which is not followed" if stat.S_ISLNK(about.st_mode) else "is no file"
    why = why_lost(path)
    if why is None and is_broken(folder):
        why = "is not as it was left"
    if why is None:
        try:
            with closing(sqlite3.connect(uri(path, "mode=ro&immutable=1"), uri=True)) as table:
                tables = {name for (name,) in table.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        except sqlite3.Error as error:
            return f"is damaged ({error})"
        if tables != TABLES:
            why = "is no CDX index of an archive"
    return why


def is_broken(folder: Path) -> bool:
    """Whether the CDX index was changed after it was sealed."""
    seal, path = folder / SEAL, folder / INDEX_FILE
    try:
        if not stat.S_ISREG(seal.stat().st_mode):  # a pipe would be waited for
            return True
        before = seal.read_bytes()
        broken = before != _line(path) or bool(_size(Path(f"{path}-wal")))
        # Who begins to write breaks the seal first: then it is not damaged, but in use.
        return broken and seal.read_bytes() == before
    except FileNotFoundError:
        return False


class WriterLock:
    """A writer's lock on an archive, which writers share. While it is held, the index counts as being written.

    Args:
        folder: the archive's.

    Raises:
        OSError: it cannot be locked.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def break_seal(self) -> None:
        """Break the seal, before anything is written to the CDX index."""
        (self._folder / SEAL).unlink(missing_ok=True)

    def is_alone(self) -> bool:
        """Whether no other writer has the lock; none gets it until this one releases it, or calls `share`."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def share(self) -> None:
        """Let other writers have the lock, too."""
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def seal(self) -> None:
        """Seal the CDX index, which is closed and whole; be alone. A disk that is full leaves it without a seal."""
        with suppress(OSError):
            handle, name = tempfile.mkstemp(prefix=f".{SEAL}.", dir=self._folder)
            made = Path(name)
            try:
                os.fchmod(handle, permissions.FILE)
                with os.fdopen(handle, "wb") as file:
                    file.write(_line(self._folder / INDEX_FILE))
                made.replace(self._folder / SEAL)
            finally:
                made.unlink(missing_ok=True)

    def release(self) -> None:
        """Let go of the lock."""
        os.close(self._handle)


def _line(path: Path) -> bytes:
    with path.open("rb") as file:
        return f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.name}\n".encode()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
