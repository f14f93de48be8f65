"""Answers from our own archive, where a capture can stand in for an answer of the site."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from structlog.typing import FilteringBoundLogger

from scraper.errors import ArchiveError, FetchError
from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.cdx_index import Capture
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.challenges import challenge_vendor
from scraper.fetch.clock import CLOCKS_DIFFER, Clock
from scraper.fetch.context import ExchangeSummary, FetchContext
from scraper.fetch.exchange import Answer, DamagedBody, Exchange, decoded
from scraper.fetch.retries import RETRIED_STATUSES

_AT_ONCE: Final = 262_144
"""Bytes of a body that are archived before anything else goes on: that takes 2.5 ms at most."""


class Captures:
    """The archive's captures of pages; none without an archive.

    Args:
        limit: the bytes of a page at most.
        clock: time.
        log: gets a line for each capture that cannot be used.
    """

    def __init__(self, limit: int, clock: Clock, log: FilteringBoundLogger) -> None:
        self.archive: Archive | None = None
        self._limit = limit
        self._clock = clock
        self._log = log

    async def add(self, exchange: Exchange) -> Capture | None:
        """Archive an exchange.

        Raises:
            ArchiveError: the disk is full or broken.
        """
        if self.archive is None:
            return None
        with _as_archive_errors():
            # A thread and the loop take the interpreter from each other: that costs more than to archive most pages.
            if len(exchange.body) <= _AT_ONCE:
                return self.archive.append(exchange)
            return await asyncio.to_thread(self.archive.append, exchange)

    def newest_since(self, url: str, moment: datetime) -> Capture | None:
        """The newest capture of a page, if it is no older than the moment, and not dated in the future."""
        capture = self._newest(url)
        return capture if capture is not None and moment <= capture.at <= self._latest() else None

    def usable(self, capture: Capture) -> Answer | None:
        """The answer in a capture, if it can be read and is no challenge."""
        answer = self._answer(capture)
        return None if answer is None or challenge_vendor(answer.exchange, answer.content) is not None else answer

    async def revalidatable(self, url: str) -> Answer | None:
        """The newest capture of the page, if it has validators to ask the site with whether it is still current."""
        capture = self._newest(url)
        if capture is None or capture.status not in {200, 304} or not (capture.etag or capture.last_modified):
            return None
        answer = await asyncio.to_thread(self._answer, capture)
        # A 304 that nobody asked for stands for nothing.
        return answer if answer is not None and answer.exchange.status == 200 else None

    async def recent(self, url: str, context: FetchContext) -> Answer | None:
        """An archived answer that the context accepts in place of a new one: a run was interrupted after it came."""
        if context.archived_since is None:
            return None
        capture = self.newest_since(url, context.archived_since)
        if capture is None:
            return None
        answer = await asyncio.to_thread(self.usable, capture)
        if answer is None:
            return None
        self._log.info("from the archive", url=url, archived=f"{capture.file}:{capture.start}")
        context.exchanges.append(ExchangeSummary.of(answer.exchange, capture))
        return answer

    def _newest(self, url: str) -> Capture | None:
        """The newest capture of a page; one dated in the future only where there is no other."""
        if self.archive is None:
            return None
        with _as_archive_errors():
            newest = self.archive.newest(url)
            if newest is None or newest.at <= self._latest():
                return newest
            captures = (capture for capture in self.archive.captures(url) if capture.status not in RETRIED_STATUSES)
            return next((capture for capture in captures if capture.at <= self._latest()), newest)

    def _latest(self) -> datetime:
        return self._clock.now() + CLOCKS_DIFFER

    def _answer(self, capture: Capture) -> Answer | None:
        if self.archive is None:
            return None
        try:
            exchange = self.archive.read(capture)
            return Answer(exchange, decoded(exchange, self._limit))
        except (Unreadable, DamagedBody, FetchError) as error:
            self._log.warning("archived capture not usable", url=capture.url, because=str(error))
            return None


@contextmanager
def _as_archive_errors() -> Iterator[None]:
    """Raise errors of the disk and the CDX index as the archive's: no single page caused them."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(str(error)) from error
