"""A folder with a file for each trial: each file whole or not at all, and nothing said of a trial that is gone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scraper.atomic_write import staging
from scraper.console.visible import visible

_NAMED: Final = 3
"""Files that a line names at most."""


class Files:
    """Puts files into a folder."""

    def __init__(self, folder: Path, made: Path) -> None:
        """Take a folder.

        Args:
            folder: where the files go.
            made: a folder on the same file system, for files that are not whole yet.
        """
        self._folder = folder
        self.made = made
        self.names: set[str] = set()
        """Those that were put there."""

    def put(self, name: str, text: str) -> None:
        """Write a file, or write it anew."""
        (self.made / name).write_text(text, encoding="utf-8")
        self.move(name)

    def move(self, name: str) -> None:
        """Put a file there that is written, and whole."""
        (self.made / name).replace(self._folder / name)
        self.names.add(name)


@contextmanager
def files_in(folder: Path, trials: str, tell: Callable[[str], None]) -> Iterator[Files]:
    """Give what puts files into a folder; afterwards, tell which files of other trials are still in it.

    Args:
        folder: it is made where it is not there.
        trials: the pattern of the names of trials' files, as in `NCT*.json`.
        tell: says a line.

    Raises:
        OSError: something cannot be written, or the folder is there and none.
    """
    with staging(folder) as made:
        files = Files(folder, made)
        yield files
    left = sorted(path.name for path in folder.glob(trials) if path.name not in files.names)
    if left:
        named = ", ".join(left[:_NAMED]) + (", …" if len(left) > _NAMED else "")
        tell(f"{folder} still holds {len(left):,} files of trials that are not among these: {named}")


def visible_lines(text: str) -> str:
    """A text whose lines stay lines, with escapes for what a terminal would obey or not show."""
    return "\n".join(map(visible, text.split("\n")))
