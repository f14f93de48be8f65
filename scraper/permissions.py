"""File permissions in the home: only the owner may read it, whatever the umask: archive and store name people."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

FOLDER: Final = 0o700
FILE: Final = 0o600

_HOME: Final = ("archive", "index.sqlite3", "store.sqlite3")
"""The beginnings of all names in a home."""


def make_folder(path: Path) -> None:
    """Make a folder that only its owner can use, and its parents with the usual rights; keep one that exists.

    Raises:
        OSError: it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(FOLDER)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        path.chmod(FOLDER)  # a umask may have taken rights from the owner, too


def make_home(path: Path) -> None:
    """Make the home. Of one that exists, take away others' rights, unless it also holds files that are not ours.

    Raises:
        OSError: it cannot be made.
    """
    make_own(path, _HOME)


def make_own(path: Path, begins: tuple[str, ...]) -> None:
    """Make a folder. Of one that exists, take away others' rights, if all files in it are ours.

    Args:
        path: the folder.
        begins: the beginnings of the names of our files, without a leading dot.

    Raises:
        OSError: it cannot be made.
    """
    make_folder(path)
    names = [entry.name.lstrip(".") for entry in path.iterdir()]
    if names and all(name.startswith(begins) for name in names):
        _narrow(path, stat.S_ISDIR, FOLDER)


def link_into_place(made: Path, path: Path) -> bool:
    """Move a complete file to its place, unless one exists there; whether it was moved.

    Raises:
        OSError: it cannot be put there.
    """
    try:
        os.link(made, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if path.exists():
            return False
        made.replace(path)
    return True


def narrow_file(path: Path) -> None:
    """Take away others' rights to a file of ours; leave links and everything else alone."""
    _narrow(path, stat.S_ISREG, FILE)


def _narrow(path: Path, is_kind: Callable[[int], bool], mode: int) -> None:
    """Take away others' rights, except to somebody else's files, to shared folders, and on read-only disks."""
    try:
        about = path.lstat()
        is_for_all = about.st_mode & stat.S_ISVTX  # as /tmp is
        if is_kind(about.st_mode) and about.st_uid == os.geteuid() and about.st_mode & 0o077 and not is_for_all:
            path.chmod(mode)
    except OSError:
        return
