"""From paths to pages: files, folders of files, snapshot cases, standard input."""

import gzip
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scraper.errors import NotATrialPage
from scraper.page import Page
from scraper.parse import MAX_BYTES
from scraper.snapshots import Case, is_case

ENDINGS = (".html", ".htm", ".mhtml", ".mht", ".txt", ".json")
"""Endings of files that a folder is searched for, each also followed by `.gz`."""


@dataclass(frozen=True, slots=True)
class Input:
    """Where the bytes of one page are, and what is known about them."""

    path: Path | None
    """None for standard input."""
    url: str | None = None
    fetched_at: datetime | None = None
    problem: str | None = None
    """Why it is no page, where that is known before it is opened."""

    @property
    def name(self) -> str:
        """How messages call it."""
        return "standard input" if self.path is None else str(self.path)


def find(paths: Iterable[str], url: str | None = None) -> Iterator[Input]:
    """The inputs below some paths, folders sorted by name; `-` is standard input."""
    for path in paths:
        if path == "-":
            yield Input(None, url)
        elif (place := Path(path)).is_dir():
            yield from _below(place)
        else:
            yield Input(place, url)


def load(source: Input) -> Page:
    """The page with its bytes, at most one byte more than a page may have.

    Raises:
        NotATrialPage: it is known to be none, or a `.gz` file is damaged.
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
        yield Input(folder, problem=f"cannot be read: {error.strerror or error}")
        return
    for name in names:
        entry = folder / name
        try:
            if entry.is_dir():
                if not entry.is_symlink():
                    yield entry
            elif name == "case.json" and foreign is not None:
                yield Input(entry, problem=foreign)
            elif name.lower().removesuffix(".gz").endswith(ENDINGS) and (entry.is_file() or not entry.exists()):
                # No pipe or socket, which never ends; a link that leads nowhere is a failure with a name.
                yield Input(entry)
        except OSError as error:
            yield Input(entry, problem=f"cannot be read: {error.strerror or error}")
