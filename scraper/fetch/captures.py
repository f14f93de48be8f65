"""Our own copies of pages: what the archive holds, as far as it can stand for an answer of the site."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from structlog.typing import FilteringBoundLogger

from scraper.errors import ArchiveError, FetchError
from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.cdx_index import Copy
from scraper.fetch.archive.warc import Unreadable
from scraper.fetch.challenges import challenge_vendor
from scraper.fetch.clock import CLOCKS_DIFFER, Clock
from scraper.fetch.context import ExchangeSummary, FetchContext
from scraper.fetch.exchange import Answer, Damaged, Exchange, decoded
from scraper.fetch.retries import RETRIED_STATUSES

_AT_ONCE: Final = 262_144
"""Bytes of a body that are archived before anything else goes on: that takes 2.5 ms at most."""


class Copies:
    """What the archive answers; without an archive, nothing.

    Args:
        limit: the bytes of a page at most.
        clock: time.
        log: copies that cannot be used are told there.
    """

    def __init__(self, limit: int, clock: Clock, log: FilteringBoundLogger) -> None:
        self.archive: Archive | None = None
        self._limit = limit
        self._clock = clock
        self._log = log

    async def add(self, exchange: Exchange) -> Copy | None:
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

    def since(self, url: str, moment: datetime) -> Copy | None:
        """The newest copy of a page, if it is no older than that, and not from a time to come."""
        copy = self._newest(url)
        return copy if copy is not None and moment <= copy.at <= self._latest() else None

    def usable(self, copy: Copy) -> Answer | None:
        """What a copy holds, if it can be read and is no challenge."""
        answer = self._answer(copy)
        return None if answer is None or challenge_vendor(answer.exchange, answer.content) is not None else answer

    async def confirmable(self, url: str) -> Answer | None:
        """Our copy of the page, if the site can be asked whether it is still the same."""
        copy = self._newest(url)
        if copy is None or copy.status not in {200, 304} or not (copy.etag or copy.last_modified):
            return None
        answer = await asyncio.to_thread(self._answer, copy)
        # A 304 that nobody asked for stands for nothing.
        return answer if answer is not None and answer.exchange.status == 200 else None

    async def recent(self, url: str, context: FetchContext) -> Answer | None:
        """An archived answer that is as good as a new one to the context: its work was cut off after it came."""
        if context.since is None:
            return None
        copy = self.since(url, context.since)
        if copy is None:
            return None
        answer = await asyncio.to_thread(self.usable, copy)
        if answer is None:
            return None
        self._log.info("from the archive", url=url, archived=f"{copy.file}:{copy.start}")
        context.exchanges.append(ExchangeSummary.of(answer.exchange, copy))
        return answer

    def _newest(self, url: str) -> Copy | None:
        """The newest copy of a page; one from a time to come only where there is no other."""
        if self.archive is None:
            return None
        with _telling():
            newest = self.archive.newest(url)
            if newest is None or newest.at <= self._latest():
                return newest
            copies = (copy for copy in self.archive.copies(url) if copy.status not in RETRIED_STATUSES)
            return next((copy for copy in copies if copy.at <= self._latest()), newest)

    def _latest(self) -> datetime:
        return self._clock.now() + CLOCKS_DIFFER

    def _answer(self, copy: Copy) -> Answer | None:
        if self.archive is None:
            return None
        try:
            exchange = self.archive.read(copy)
            return Answer(exchange, decoded(exchange, self._limit))
        except (Unreadable, Damaged, FetchError) as error:
            self._log.warning("archived copy not usable", url=copy.url, because=str(error))
            return None


@contextmanager
def _telling() -> Iterator[None]:
    """Let what the disk and the catalogue raise be known as the archive's, which no single page is to blame for."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(str(error)) from error
