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
    """Make the home, or narrow one that holds nothing but what is ours: it may be a folder that others use as well.

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


def appear(made: Path, path: Path) -> bool:
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


def narrow(path: Path) -> None:
    """Take from others the rights to a file of ours; what is no file is left alone, and so is what is not there.

    Whose it is not, or what lies on a disk that cannot be written, stays as it is.
    """
    _narrow(path, stat.S_ISREG, FILE)


def _narrow(path: Path, is_kind: Callable[[int], bool], mode: int) -> None:
    try:
        about = path.lstat()
        if is_kind(about.st_mode) and about.st_uid == os.geteuid() and about.st_mode & 0o077:
            path.chmod(mode)
    except OSError:
        return


def wide(path: Path) -> str | None:
    """What to say of a file or folder of ours that others may read; None where they may not."""
    try:
        about = path.stat()
    except OSError:
        return None
    if about.st_uid != os.geteuid() or not about.st_mode & 0o077:
        return None
    mode = "700" if stat.S_ISDIR(about.st_mode) else "600"
    return f"{path} can be read by others ({stat.S_IMODE(about.st_mode):o}); it names persons: chmod {mode} {path}"
