"""Fetches each host's robots.txt, keeps it for a day, and refuses what it forbids."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import httpx

from scraper.errors import Blocked, FetchError, UnsafeUrl
from scraper.fetch import robots
from scraper.fetch.captures import Captures
from scraper.fetch.clock import CLOCKS_DIFFER, Clock
from scraper.fetch.exchange import Answer
from scraper.fetch.robots import Rules


class _Known(NamedTuple):
    rules: Rules
    since: datetime
    fresh: timedelta
    """How long they are believed."""


class RobotsCache:
    """The rules of hosts.

    Args:
        ask: fetches a robots.txt, after redirects.
        captures: where one may be already.
        clock: time.
        longest_wait: the seconds between requests beyond which a host is left alone.
    """

    def __init__(
        self, ask: Callable[[str], Awaitable[Answer]], captures: Captures, clock: Clock, *, longest_wait: float
    ) -> None:
        self._ask = ask
        self._captures = captures
        self._clock = clock
        self._longest_wait = longest_wait
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def obey(self, url: httpx.URL) -> None:
        """Let a URL pass that its host's robots.txt allows.

        Raises:
            Blocked: it is forbidden, or the host wants longer pauses than we make.
            FetchError: the host does not answer.
        """
        rules = await self.rules(url)
        refusal = rules.refusal(str(url))
        if refusal is not None:
            raise Blocked(f"{url} is refused by the robots.txt of {url.host}: {refusal}")
        if rules.interval > self._longest_wait:
            raise Blocked(
                f"{url} is left alone: the robots.txt of {url.host} asks for {rules.interval:g} s between"
                f" requests, longest_wait allows {self._longest_wait:g} s",
            )

    async def rules(self, url: httpx.URL) -> Rules:
        """The rules of a URL's host.

        Raises:
            FetchError: the host does not answer.
        """
        origin = _origin(url)
        # One asks, the others wait for what it learns.
        async with self._asking.setdefault(origin, asyncio.Lock()):
            known = self._known.get(origin)
            if known is None or not -CLOCKS_DIFFER <= self._clock.now() - known.since < known.fresh:
                address = f"{origin}/robots.txt"
                known = self._archived(address) or await self._fetched(address)
                self._known[origin] = known
        return known.rules

    def crawl_delay(self, url: httpx.URL) -> float:
        """The seconds between requests that a URL's host is known to ask for."""
        known = self._known.get(_origin(url))
        return known.rules.interval if known is not None else 0.0

    def set_rules(self, url: httpx.URL, rules: Rules) -> None:
        """Take a host's rules as given from now on."""
        self._known[_origin(url)] = _Known(rules, self._clock.now(), robots.FRESH)

    def _archived(self, address: str) -> _Known | None:
        """A host's rules from the archive, if the capture is fresh enough."""
        capture = self._captures.newest_since(address, self._clock.now() - robots.FRESH)
        if capture is None:
            return None
        answer = self._captures.usable(capture)
        rules = None if answer is None else _rules(answer)
        return None if rules is None else _Known(rules, capture.at, robots.FRESH)

    async def _fetched(self, address: str) -> _Known:
        try:
            answer = await self._ask(address)
        except FetchError as error:
            if error.status is None or isinstance(error, UnsafeUrl):
                # The host does not answer at all, or leads astray: that is what is wrong with the page, too.
                raise
            return self._unreachable(str(error))
        rules = _rules(answer)
        if rules is None:
            return self._unreachable(answer.exchange.result)
        return _Known(rules, self._clock.now(), robots.FRESH)

    def _unreachable(self, why: str) -> _Known:
        rules = Rules.unreachable(f"it cannot be read ({why})")
        return _Known(rules, self._clock.now(), robots.FRESH_FAILURE)


def _rules(answer: Answer) -> Rules | None:
    """The rules that an answer gives: the file's, or none where there is no file; None where it says neither."""
    if 200 <= answer.exchange.status < 300:
        return Rules.of(answer.content)
    return Rules.none() if 400 <= answer.exchange.status < 500 else None


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"
