"""Our own captures of pages: what the archive holds, as far as it can stand for an answer of the site."""

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
from scraper.fetch.exchange import Answer, Damaged, Exchange, decoded
from scraper.fetch.retries import RETRIED_STATUSES

_AT_ONCE: Final = 262_144
"""Bytes of a body that are archived before anything else goes on: that takes 2.5 ms at most."""


class Captures:
    """What the archive answers; without an archive, nothing.

    Args:
        limit: the bytes of a page at most.
        clock: time.
        log: captures that cannot be used are told there.
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
        with _telling():
            # A thread and the loop take the interpreter from each other: that costs more than to archive most pages.
            if len(exchange.body) <= _AT_ONCE:
                return self.archive.append(exchange)
            return await asyncio.to_thread(self.archive.append, exchange)

    def since(self, url: str, moment: datetime) -> Capture | None:
        """The newest capture of a page, if it is no older than that, and not from a time to come."""
        capture = self._newest(url)
        return capture if capture is not None and moment <= capture.at <= self._latest() else None

    def usable(self, capture: Capture) -> Answer | None:
        """What a capture holds, if it can be read and is no challenge."""
        answer = self._answer(capture)
        return None if answer is None or challenge_vendor(answer.exchange, answer.content) is not None else answer

    async def confirmable(self, url: str) -> Answer | None:
        """Our capture of the page, if the site can be asked whether it is still the same."""
        capture = self._newest(url)
        if capture is None or capture.status not in {200, 304} or not (capture.etag or capture.last_modified):
            return None
        answer = await asyncio.to_thread(self._answer, capture)
        # A 304 that nobody asked for stands for nothing.
        return answer if answer is not None and answer.exchange.status == 200 else None

    async def recent(self, url: str, context: FetchContext) -> Answer | None:
        """An archived answer that is as good as a new one to the context: its work was cut off after it came."""
        if context.since is None:
            return None
        capture = self.since(url, context.since)
        if capture is None:
            return None
        answer = await asyncio.to_thread(self.usable, capture)
        if answer is None:
            return None
        self._log.info("from the archive", url=url, archived=f"{capture.file}:{capture.start}")
        context.exchanges.append(ExchangeSummary.of(answer.exchange, capture))
        return answer

    def _newest(self, url: str) -> Capture | None:
        """The newest capture of a page; one from a time to come only where there is no other."""
        if self.archive is None:
            return None
        with _telling():
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
        except (Unreadable, Damaged, FetchError) as error:
            self._log.warning("archived capture not usable", url=capture.url, because=str(error))
            return None


@contextmanager
def _telling() -> Iterator[None]:
    """Let what the disk and the CDX index raise be known as the archive's, which no single page is to blame for."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(str(error)) from error
