"""Who may read what lies in the home: its owner alone, whatever the umask; the store and the archive name persons."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

FOLDER: Final = 0o700
FILE: Final = 0o600

_HOME: Final = ("archive", "index.sqlite3", "store.sqlite3")
"""How the names of all that lies in a home begin."""


def make_folder(path: Path) -> None:
    """Make a folder for its owner alone, and the folders above it as others are; one that is there stays as it is.

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
    """Make the home, or narrow one that holds what is ours and nothing else: others may use the folder as well.

    Raises:
        OSError: it cannot be made.
    """
    make_own(path, _HOME)


def make_own(path: Path, begins: tuple[str, ...]) -> None:
    """Make a folder, or narrow one that holds nothing but what is ours.

    Args:
        path: the folder.
        begins: how the names of all that is ours in it begin, behind a dot or none.

    Raises:
        OSError: it cannot be made.
    """
    make_folder(path)
    names = [entry.name.lstrip(".") for entry in path.iterdir()]
    if names and all(name.startswith(begins) for name in names):
        _narrow(path, stat.S_ISDIR, FOLDER)


def link_into_place(made: Path, path: Path) -> bool:
    """Give a file that is whole its place; whether that was free, and the file is there now.

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
    """Take from others the rights to a file of ours; what is no file, a link too, is left alone."""
    _narrow(path, stat.S_ISREG, FILE)


def _narrow(path: Path, is_kind: Callable[[int], bool], mode: int) -> None:
    """Somebody else's, and what lies on a disk that cannot be written, stays as it is; so does what is for all."""
    try:
        about = path.lstat()
        is_for_all = about.st_mode & stat.S_ISVTX  # as /tmp is
        if is_kind(about.st_mode) and about.st_uid == os.geteuid() and about.st_mode & 0o077 and not is_for_all:
            path.chmod(mode)
    except OSError:
        return
