"""How a host is treated: one request at a time, no faster than it wants, and none at all while it rests."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from structlog.typing import FilteringBoundLogger

from scraper.fetch.breaker import CircuitBreaker
from scraper.fetch.clock import Clock
from scraper.fetch.pace import Pace
from scraper.settings import Settings


class Politeness:
    """Lets requests pass to their hosts, one after the other.

    Args:
        settings: the shortest interval between two requests, and when a host rests for how long.
        pace: the turns at hosts.
        crawl_delay: the seconds between requests that the robots.txt of a URL's host asks for.
        clock: time.
        log: is told when a host begins to rest.
    """

    def __init__(
        self,
        settings: Settings,
        pace: Pace,
        crawl_delay: Callable[[httpx.URL], float],
        *,
        clock: Clock,
        log: FilteringBoundLogger,
    ) -> None:
        self._settings = settings
        self._pace = pace
        self._crawl_delay = crawl_delay
        self._log = log
        self._breaker = CircuitBreaker(clock, failures=settings.rest_after, rest=settings.rest)

    @asynccontextmanager
    async def turn(self, url: httpx.URL) -> AsyncIterator[None]:
        """Wait for the turn of a request at the URL's host, and hold it.

        Raises:
            scraper.fetch.breaker.HostResting: the host rests.
        """
        self._breaker.check(url.host)
        async with self._pace.turn(url.host, max(self._settings.pace, self._crawl_delay(url))):
            # The host may have been sent to rest while this request waited.
            self._breaker.check(url.host)
            yield

    def hold(self, host: str, seconds: float) -> None:
        """Let no request to a host begin for some seconds: it asked for that."""
        self._pace.hold(host, min(seconds, self._settings.longest_wait))

    def succeeded(self, host: str) -> None:
        """Note that a host answered as it should."""
        self._breaker.succeeded(host)

    def failed(self, host: str, why: str) -> None:
        """Note that a host failed; after several failures in a row it rests."""
        if self._breaker.failed(host, why):
            self._log.warning("host rests", host=host, seconds=self._settings.rest, because=why)

    def rest(self, host: str, seconds: float, why: str) -> None:
        """Let a host rest: it asked for more seconds than anybody waits."""
        self._breaker.rest(host, seconds, why)


class NoPoliteness:
    """Nobody is asked, as in a replay: there is no delay to keep, and no host to rest."""

    @asynccontextmanager
    async def turn(self, _: httpx.URL) -> AsyncIterator[None]:
        """Pass at once."""
        yield

    def hold(self, _host: str, _seconds: float) -> None:
        """There is nobody to wait for."""

    def succeeded(self, _host: str) -> None:
        """There is nothing to count."""

    def failed(self, _host: str, _why: str) -> None:
        """There is nothing to count."""

    def rest(self, _host: str, _seconds: float, _why: str) -> None:
        """There is no host to rest."""
