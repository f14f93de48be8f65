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
        NotATrialPage: a `.gz` file is damaged.
        OSError: the file cannot be read.
    """
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


def _below(folder: Path) -> Iterator[Input]:
    """Depth first and sorted, so that the order never depends on the file system."""
    if is_case(folder):
        case = Case.load(folder)
        yield Input(case.inputs[0], case.url, case.fetched_at)
        return
    for name in sorted(entry.name for entry in folder.iterdir()):  # of many files, names alone take little memory
        entry = folder / name
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _below(entry)
        elif name.lower().removesuffix(".gz").endswith(ENDINGS) and (entry.is_file() or not entry.exists()):
            yield Input(
                entry
            )  # no pipe or socket, which never ends; a link that leads nowhere is a failure with a name
