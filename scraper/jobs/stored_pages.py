"""The bytes behind what the store shows: from the archive, or from the file that was imported."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from scraper.errors import FetchError, TrialPagesError
from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.exchange import DamagedBody, decoded
from scraper.imports.entries import load
from scraper.imports.paths import inputs_below
from scraper.parse.page import Page
from scraper.store.database import Database
from scraper.store.history import Sighting, Standing, Version, versions


class StoredPage(NamedTuple):
    """The page whose words the current record of a site quotes."""

    version: Version
    page: Page | None
    """None where its bytes are gone."""
    why: str = ""
    """Why they are gone, and where they were."""


def stored_pages(
    database: Database, archive: Archive, limit: int, nct_id: str, sites: Sequence[str] | None = None
) -> list[StoredPage]:
    """The pages of a trial that its current records are from, by site and layout.

    Args:
        database: the store's.
        archive: where fetched pages are.
        limit: the bytes of a page at most.
        nct_id: the trial.
        sites: their keys; None means all.
    """
    current: dict[tuple[str, str], Version] = {}
    for version in versions(database, nct_id, sites):
        if version.standing is Standing.EFFECTIVE:
            current[version.site, version.layout] = version
    return [_stored(current[key], archive, limit) for key in sorted(current)]


def _stored(version: Version, archive: Archive, limit: int) -> StoredPage:
    words = version.words
    if words.file is None:
        return StoredPage(version, None, f"the archive has no copy of {words.url or 'it'}")
    where = words.file if words.start is None else f"{words.file}:{words.start}"
    if words.is_imported:
        page = _imported(words)
        cure = "" if Path(words.file).is_absolute() else ", or this folder is another than that of the import"
        lost = f"it was imported from {where}, where it is not any more{cure}"
        return StoredPage(version, page, "" if page else lost)
    page = _archived(version, archive, limit)
    return StoredPage(version, page, "" if page else f"the archive has no copy at {where} any more")


def _archived(version: Version, archive: Archive, limit: int) -> Page | None:
    """A page from the archive; None where it is missing or damaged."""
    words = version.words
    place = (words.file, words.start)
    capture = next((one for one in archive.captures(words.url) if (one.file, one.start) == place), None)
    if capture is None:
        return None
    try:
        answer = archive.read(capture)
        page = Page(decoded(answer, limit), words.url, words.at, answer.charset)
    except (Unreadable, DamagedBody, FetchError):
        return None
    return page if page.sha256 == words.sha256 else None


def _imported(words: Sighting) -> Page | None:
    """A page from the file that was imported; None where the file is gone, or has other bytes there."""
    whole = Path(words.file or "")
    file = next((path for path in (whole, *whole.parents) if path.is_file()), None)  # it may lie in an archive of files
    for source in () if file is None else inputs_below([str(file)]):
        if (source.file, source.offset) == (words.file, words.start):
            try:
                page = load(source)
            except (TrialPagesError, OSError):
                return None
            return replace(page, fetched_at=words.at) if page.sha256 == words.sha256 else None
    return None
