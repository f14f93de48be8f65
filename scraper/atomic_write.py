"""Writes a file whole or not at all, where a person wants it."""

import os
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EBUSY
from pathlib import Path
from typing import Final, TextIO

_FOR_ALL: Final = 0o666
"""The rights of a new file, of which the umask takes some."""


@contextmanager
def atomic_write(path: Path) -> Iterator[TextIO]:
    """Write a file that appears whole or not at all, even if two commands write it at once.

    A link stays a link, and its target is replaced. A pipe or a device is written to, never replaced.

    Args:
        path: where it appears; the folders above it are made. One that is there keeps its rights.

    Raises:
        OSError: it cannot be written, or standard output goes there and would be lost.
    """
    about = _about(path)
    if about is not None and not stat.S_ISREG(about.st_mode):
        with path.open("w", encoding="utf-8") as stream:
            yield stream
        return
    if about is not None and _is_standard_output(about):
        raise OSError(EBUSY, "standard output goes there, too", str(path))
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    made = place.with_name(f".{secrets.token_hex(8)}.new")  # short: the name of the place may be as long as can be
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FOR_ALL)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            if about is not None:
                os.fchmod(handle, stat.S_IMODE(about.st_mode))
            yield file
            file.flush()
            os.fsync(handle)
        made.replace(place)
    finally:
        made.unlink(missing_ok=True)


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
