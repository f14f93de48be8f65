"""A local index of the sites' pages, filled from their sitemaps: hundreds of thousands of URLs in SQLite."""

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from scraper.discovery.sitemaps import MEDIA_TYPES, BadSitemap, Entry, entries
from scraper.errors import Fatal, InternalError, TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import CLOCKS_DIFFER, Clock
from scraper.internal_errors import internal_error
from scraper.permissions import make_home
from scraper.sqlite import open_database

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS sitemaps (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL, url TEXT NOT NULL UNIQUE,
    last_modified TEXT, read_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS pages (
    site TEXT NOT NULL, url TEXT NOT NULL, sitemap INTEGER NOT NULL, PRIMARY KEY (site, url)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pages_of_a_sitemap ON pages (sitemap);
"""

SITEMAPS_LIMIT: Final = 50_000
"""Sitemaps of a site that are read in one refresh; as many as an index may name. Some name new ones without end."""


class PageIndex:
    """Which pages the sites' sitemaps name.

    Args:
        path: the SQLite file; it is made if need be.

    Raises:
        TrialPagesError: the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        make_home(path.parent)
        self._table = open_database(path, _SCHEMA, "and rebuild it with 'trialpages index'")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._table.close()

    def starting_with(self, site: str, prefix: str, *, limit: int = 100) -> list[str]:
        """The URLs of a site that start with a prefix, in alphabetical order."""
        rows = self._table.execute(
            "SELECT url FROM pages WHERE site = ? AND url >= ? AND url < ? ORDER BY url LIMIT ?",
            (site, prefix, prefix + "\U0010ffff", limit),
        )
        return [url for (url,) in rows]

    def containing(self, site: str, words: str, *, limit: int = 100) -> list[str]:
        """The URLs of a site that hold some words, whatever their case, in alphabetical order; all are looked at."""
        rows = self._table.execute(
            "SELECT url FROM pages WHERE site = ? AND instr(lower(url), lower(?)) ORDER BY url LIMIT ?",
            (site, words, limit),
        )
        return [url for (url,) in rows]

    def count(self, site: str) -> int:
        """How many pages of a site are known."""
        (number,) = self._table.execute("SELECT count(*) FROM pages WHERE site = ?", (site,)).fetchone()
        return int(number)

    def read_at(self, sitemap: str, last_modified: str | None = None) -> datetime | None:
        """When a sitemap was read last; None if never, or if it says to have changed since.

        Args:
            sitemap: its URL.
            last_modified: what the sitemap's index says of it now.
        """
        row = self._table.execute("SELECT last_modified, read_at FROM sitemaps WHERE url = ?", (sitemap,)).fetchone()
        if row is None or (last_modified is not None and last_modified != row[0]):
            return None
        return datetime.fromisoformat(row[1])

    def replace(self, site: str, sitemap: str, last_modified: str | None, pages: Iterable[str], now: datetime) -> int:
        """Put a sitemap's pages in the place of those it named before, all or none; how many they are."""
        with self._table:
            self._remove(sitemap)
            number = self._table.execute(
                "INSERT INTO sitemaps (site, url, last_modified, read_at) VALUES (?, ?, ?, ?)",
                (site, sitemap, last_modified, now.astimezone(UTC).isoformat()),
            ).lastrowid
            cursor = self._table.executemany(
                "INSERT OR REPLACE INTO pages VALUES (?, ?, ?)", ((site, page, number) for page in pages)
            )
        return cursor.rowcount

    def retain(self, site: str, sitemaps: Iterable[str]) -> None:
        """Forget all sitemaps of a site but these, and the pages that only those named."""
        known = {url for (url,) in self._table.execute("SELECT url FROM sitemaps WHERE site = ?", (site,))}
        with self._table:
            for sitemap in known.difference(sitemaps):
                self._remove(sitemap)

    def _remove(self, sitemap: str) -> None:
        self._table.execute("DELETE FROM pages WHERE sitemap = (SELECT id FROM sitemaps WHERE url = ?)", (sitemap,))
        self._table.execute("DELETE FROM sitemaps WHERE url = ?", (sitemap,))


@dataclass(slots=True)
class Refresh:
    """What a refresh of the index did."""

    read: int = 0
    """Sitemaps read."""
    skipped: int = 0
    """Sitemaps that were read recently and have not changed."""
    pages: int = 0
    """Pages in the sitemaps read."""
    problems: list[str] = field(default_factory=list)
    """Sitemaps that could not be read, and why; the pages they named before stay known."""
    mistakes: list[tuple[str, InternalError]] = field(default_factory=list)
    """Sitemaps at which the program itself failed, and how; the pages they named before stay known."""


async def refresh(
    fetcher: Fetcher,
    index: PageIndex,
    site: str,
    sitemaps: Iterable[str],
    *,
    clock: Clock,
    max_age: timedelta = timedelta(days=1),
) -> Refresh:
    """Read a site's sitemaps into the index; what was read within `max_age` and is unchanged is passed over.

    Each sitemap is entered as a whole, so a run that was interrupted is taken up where it stopped.

    Args:
        fetcher: asks for the sitemaps, politely.
        index: where the pages are entered.
        site: the site's key.
        sitemaps: URLs to begin with, e.g. those that robots.txt names.
        clock: tells how old things are.
        max_age: how long a sitemap is believed that does not say when it changed.
    """
    done = Refresh()
    waiting = deque(Entry(url, None, is_sitemap=True) for url in sitemaps)
    seen = {entry.url for entry in waiting}
    while waiting:
        sitemap = waiting.popleft()
        read_at = index.read_at(sitemap.url, sitemap.last_modified)
        now = clock.now()
        if read_at is not None and now - max_age < read_at <= now + CLOCKS_DIFFER:
            done.skipped += 1
            continue
        try:
            page = await fetcher.fetch(sitemap.url, media_types=MEDIA_TYPES)
            named = entries(page.content)
            first = next(named, None)
            if first is not None and first.is_sitemap:
                waiting.extend(_new(chain([first], named), seen))
            else:
                pages = _urls(chain([first] if first else [], named))
                done.pages += index.replace(site, sitemap.url, sitemap.last_modified, pages, clock.now())
            done.read += 1
        except (Fatal, sqlite3.Error):
            raise
        except (TrialPagesError, BadSitemap) as error:
            done.problems.append(f"{sitemap.url}: {error}")
        except Exception as error:  # noqa: BLE001 - whatever one sitemap raises costs that sitemap alone
            done.mistakes.append((sitemap.url, internal_error(error, url=sitemap.url)))
    if seen and not done.problems and not done.mistakes:
        index.retain(site, seen)
    return done


def _new(found: Iterable[Entry], seen: set[str]) -> Iterator[Entry]:
    """The sitemaps that were not seen before; they are seen then."""
    for entry in found:
        if entry.url in seen:
            continue
        if len(seen) >= SITEMAPS_LIMIT:
            raise BadSitemap(f"it names further sitemaps, but {SITEMAPS_LIMIT:,} are as many as are read of a site")
        seen.add(entry.url)
        yield entry


def _urls(found: Iterable[Entry]) -> Iterator[str]:
    return (entry.url for entry in found)
