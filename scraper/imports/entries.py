"""What files give: pages that can be loaded, and what is passed over."""

import gzip
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Final

from scraper.errors import DamagedFile, TrialPagesError
from scraper.imports.captures import captured_at
from scraper.internal_errors import storable
from scraper.parse.blocks import MAX_BYTES
from scraper.parse.page import Page

_GZIP: Final = b"\x1f\x8b"
"""What a gzip file begins with, whatever it is called: browsers unpack some on the way and keep the name."""

DAMAGE: Final = (EOFError, gzip.BadGzipFile, zlib.error)
"""What is raised where a gzip file is damaged."""


@dataclass(frozen=True, slots=True)
class Input:
    """One page that can be loaded, and what is known of it."""

    path: Path | None
    """The file; None for standard input."""
    url: str | None = None
    fetched_at: datetime | None = None
    """When it was captured, where what holds it says so."""
    problem: TrialPagesError | OSError | None = None
    """Why it cannot be a page, where that is known before it is loaded."""
    content: bytes | None = None
    """Its bytes, where the file holds several pages; None where they are those of the file."""
    offset: int | None = None
    """Where it stands in the file, as `Source.offset` says; None where the file holds nothing else."""
    member: str | None = None
    """Which file it stands in, where the file is an archive of files."""
    charset: str | None = None
    """The encoding that the HTTP header names, if one did."""
    told: datetime | None = None
    """When it was captured, in the user's words."""
    is_known: bool = False
    """Whether it need not be read, since what it says is known."""
    read: int = 0
    """Bytes of all files that were read when it was found: how far the work is."""

    @property
    def file(self) -> str | None:
        """The file's name as it was given, as a record keeps it; None for standard input."""
        if self.path is None:
            return None
        return storable(str(self.path) if self.member is None else f"{self.path}/{self.member}")

    @property
    def name(self) -> str:
        """Its name in messages."""
        name = "standard input" if self.path is None else str(self.path)
        name = name if self.member is None else f"{name}/{self.member}"
        return name if self.offset is None else f"{name}:{self.offset}"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something beside the pages, which is no failure."""

    name: str
    """The file or folder."""
    what: str
    """What it is, in a few words."""
    records: int = 0
    """How many records of a file that is; 0 where it is a file or a folder."""


def load(source: Input) -> Page:
    """Load a page: at most one byte more than a page may have.

    Raises:
        TrialPagesError: it is known not to be a page, or its file is damaged.
        OSError: the file cannot be read.
    """
    if source.problem is not None:
        raise source.problem
    content, modified = source.content, None
    if content is None:
        assert source.path is not None  # noqa: S101 - what comes from elsewhere has its content with it
        content, modified = whole(source.path)
    at = source.fetched_at or captured_at(content, source.told, modified)
    return Page(content, source.url, at, source.charset, source.file, source.offset)


def expanded(file: BufferedReader) -> BufferedReader | gzip.GzipFile:
    """The bytes of a file that was just opened, unpacked where they are gzipped: reading them can raise `DAMAGE`."""
    return gzip.GzipFile(fileobj=file) if file.peek(len(_GZIP)).startswith(_GZIP) else file


def damaged(error: Exception) -> DamagedFile:
    """The error for a gzip file that raised one of `DAMAGE`."""
    return DamagedFile(f"the gzip file is damaged: {error}")


def whole(path: Path) -> tuple[bytes, datetime]:
    """A file that is one page, to one byte more than a page may have, and when it was modified.

    Raises:
        DamagedFile: it is a gzip file that is damaged.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        modified = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
        try:
            return expanded(file).read(MAX_BYTES + 1), modified
        except DAMAGE as error:
            raise damaged(error) from error


def records_passed_over(records: Mapping[str, int]) -> str:
    """The end of a sum of pages: `; 312 records passed over (no page)`; empty where there are none."""
    number = sum(records.values())
    return f"; {number:,} record{'' if number == 1 else 's'} passed over (no page)" if number else ""
