"""Finds the pages below some paths: files, folders of files, snapshot cases, standard input."""

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scraper.cases import Case, is_case
from scraper.errors import NotATrialPage
from scraper.parse.blocks import MAX_BYTES
from scraper.parse.page import Page

ENDINGS = (".html", ".htm", ".mhtml", ".mht", ".txt", ".json")
"""Endings of files that a folder is searched for, each also followed by `.gz`."""


@dataclass(frozen=True, slots=True)
class Input:
    """One page that can be loaded, and what is known of it."""

    path: Path | None
    """None for standard input."""
    url: str | None = None
    fetched_at: datetime | None = None
    problem: str | None = None
    """Why it cannot be a page, where that is known before it is opened."""

    @property
    def name(self) -> str:
        """Its name in messages."""
        return "standard input" if self.path is None else str(self.path)


def inputs_below(paths: Iterable[str], url: str | None = None) -> Iterator[Input]:
    """The inputs below some paths, folders sorted by name; `-` is standard input."""
    for name in paths:
        path = Path(name)
        if name == "-":
            yield Input(None, url)
        elif path.is_dir():
            yield from _below(path)
        else:
            yield Input(path, url)


def load(source: Input) -> Page:
    """Load a page: at most one byte more than a page may have.

    Raises:
        NotATrialPage: it is known not to be a page, or its `.gz` file is damaged.
        OSError: the file cannot be read.
    """
    if source.problem is not None:
        raise NotATrialPage(source.problem)
    limit = MAX_BYTES + 1
    if source.path is None:
        content = sys.stdin.buffer.read(limit)
    elif source.path.suffix.lower() == ".gz":
        try:
            with gzip.open(source.path) as file:
                content = file.read(limit)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise NotATrialPage(f"the gzip file is damaged: {error}") from error
    else:
        with source.path.open("rb") as file:
            content = file.read(limit)
    return Page(content, source.url, source.fetched_at)


def _below(top: Path) -> Iterator[Input]:
    """Depth first and sorted, so that the order never depends on the file system."""
    ways = [_within(top)]  # no calls within calls: folders may lie in each other a thousand deep
    while ways:
        found = next(ways[-1], None)
        if found is None:
            ways.pop()
        elif isinstance(found, Input):
            yield found
        else:
            ways.append(_within(found))


def _within(folder: Path) -> Iterator[Input | Path]:
    """The pages in a folder and the folders in it; the one page of a case. What cannot be read is one input."""
    try:
        foreign = None
        if is_case(folder):
            try:
                case = Case.load(folder)
            except ValueError as error:
                foreign = f"it does not describe a case ({error}); the folder is read like any other"
            else:
                yield Input(case.inputs[0], case.url, case.fetched_at)
                return
        names = sorted(entry.name for entry in folder.iterdir())  # of many files, names alone take little memory
    except OSError as error:
        yield _unreadable(folder, error)
        return
    for name in names:
        found = Input(folder / name, problem=foreign) if foreign and name == "case.json" else _entry(folder / name)
        if found is not None:
            yield found


def _entry(path: Path) -> Input | Path | None:
    """A page, a folder, or neither."""
    try:
        if path.is_dir():
            return None if path.is_symlink() else path
        # No pipe or socket, which never ends; a link that leads nowhere is a failure with a name.
        is_page = path.name.lower().removesuffix(".gz").endswith(ENDINGS) and (path.is_file() or not path.exists())
    except OSError as error:
        return _unreadable(path, error)
    return Input(path) if is_page else None


def _unreadable(path: Path, error: OSError) -> Input:
    return Input(path, problem=f"cannot be read: {error.strerror or error}")
