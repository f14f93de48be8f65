"""Writes a file whole or not at all, where a person wants it."""

import fcntl
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EBUSY, EINVAL, ENOTDIR
from pathlib import Path
from typing import Final, TextIO

_PREFIX: Final = ".trialpages-"
"""Of the folders beside a file in which it is made; behind it stands a number of so many digits in hexadecimal."""
_DIGITS: Final = 16


@contextmanager
def atomic_write(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Write a text file that appears whole or not at all, even if two commands write it at once.

    A link stays a link, and its target is replaced. A pipe or a device is written to, never replaced.

    Args:
        path: where it appears; the folders above it are made. One that is there keeps its rights.
        encoding: of the text.

    Raises:
        OSError: it cannot be written, or standard output goes there and would be lost.
    """
    about = _about(path)
    if about is not None and not stat.S_ISREG(about.st_mode):
        with path.open("w", encoding=encoding) as stream:
            yield stream
        return
    with atomic_path(path) as made, made.open("w", encoding=encoding) as file:
        yield file


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a library a path to write to; what is there when the block ends appears whole at the path that was meant.

    The given path is in a folder of its own, for the library's other files, too. What a killed command left of such a
    folder is removed by the next one that writes beside it.

    Args:
        path: where the file appears, as for `atomic_write`; a pipe or a device is refused.

    Raises:
        OSError: it cannot be written, is there and no file, or standard output goes there and would be lost.
    """
    about = _about(path)
    if about is not None and not stat.S_ISREG(about.st_mode):
        raise OSError(EINVAL, "it is there, and no file", str(path))
    if about is not None and _is_standard_output(about):
        raise OSError(EBUSY, "standard output goes there, too", str(path))
    place = Path(os.path.realpath(path))
    _make_folder(place.parent)
    try:
        folder, lock = _made_beside(place)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        made = folder / place.name
        yield made
        if about is not None:
            made.chmod(stat.S_IMODE(about.st_mode))
        _flush(made)
        made.replace(place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """Give a folder within another, for many files that are moved into that one as soon as they are whole.

    Nothing waits for the disk, which would take longer than writing: after a power failure a file may be the old one.

    Args:
        folder: where the files go; it is made, with those above it.

    Raises:
        OSError: it cannot be written, or is there and no folder.
    """
    _make_folder(folder)
    made, lock = _made_beside(folder / "-")
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(lock)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(ENOTDIR, f"{folder} is there, and no folder", str(folder)) from error


def _made_beside(place: Path) -> tuple[Path, int]:
    """A new folder that nobody else looks into, and its lock, which ends with the process, however that ends.

    Where the file system knows no locks, nobody removes what a killed command left.
    """
    for left in place.parent.glob(f"{_PREFIX}{'[0-9a-f]' * _DIGITS}"):
        with suppress(OSError):  # somebody else's, or removed by somebody else
            lock = _locked(left)
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)
    while True:
        folder = place.with_name(f"{_PREFIX}{secrets.token_hex(_DIGITS // 2)}")
        folder.mkdir(mode=stat.S_IRWXU)
        try:
            return folder, _locked(folder)
        except (BlockingIOError, FileNotFoundError):
            continue  # another command took it, before it was locked, for one that was left
        except OSError:
            return folder, os.open(folder, os.O_RDONLY)


def _locked(folder: Path) -> int:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(handle), folder.stat()):
            raise FileNotFoundError(folder)
    except OSError:
        os.close(handle)
        raise
    return handle


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _about(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_standard_output(about: os.stat_result) -> bool:
    try:
        return os.path.samestat(about, os.fstat(sys.stdout.fileno()))
    except OSError:  # there is none, or nothing that the system knows
        return False
