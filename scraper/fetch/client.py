"""The fetcher: from a URL to its page. All requests of the program are made here."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx
from structlog.typing import FilteringBoundLogger

from scraper.errors import Blocked, FetchError, NotATrialPage, NotFound, TrialPagesError
from scraper.fetch import robots
from scraper.fetch.archive.archive import Archive
from scraper.fetch.archive.warc import BEFORE_ALL
from scraper.fetch.captures import Captures
from scraper.fetch.clock import Clock, SystemClock
from scraper.fetch.context import FetchContext, NotModified
from scraper.fetch.environment import Environment
from scraper.fetch.exchange import LONGEST_SHOWN, Answer
from scraper.fetch.exchange_log import ExchangeLog
from scraper.fetch.politeness import NoPoliteness, Politeness
from scraper.fetch.redirects import follow
from scraper.fetch.replay import ReplayTransport
from scraper.fetch.requester import REFUSALS, Requester
from scraper.fetch.retries import Budget
from scraper.fetch.robots_cache import RobotsCache
from scraper.fetch.safety import Policy, plain_host
from scraper.fetch.sender import Sender
from scraper.log import SILENT
from scraper.masking import masked
from scraper.parse.page import Page
from scraper.settings import Settings

PAGES: Final = frozenset({"text/html", "application/xhtml+xml", "application/json", "text/plain"})
"""The media types that pages about trials come in."""


class Fetcher:
    """Fetches pages; everything it does to a host is paced, checked, and archived.

    Use it as `async with Fetcher(settings, hosts) as fetcher: page = await fetcher.fetch(url)`.

    Args:
        settings: what the user set.
        hosts: every host that may be asked, with the key of its site; `settings.hosts` adds to them.
        environment: the network, time, and chance; by default those of this computer.
        log: one line per exchange goes there.
    """

    def __init__(
        self,
        settings: Settings,
        hosts: Mapping[str, str],
        environment: Environment | None = None,
        *,
        log: FilteringBoundLogger = SILENT,
    ) -> None:
        environment = environment or Environment()
        clock = environment.clock
        self._replay = environment.replay
        if self._replay is not None:
            settings = _for_a_replay(settings)
        known = {plain_host(host): site for host, site in {**hosts, **settings.hosts}.items()}
        self._settings = settings
        self._clock = clock
        self._log = log
        self._policy = Policy(known, http=settings.http, loopback=environment.loopback)
        self._transport = environment.open_transport(self._policy)
        self._captures = Captures(settings.body_limit, clock, log)
        self._robots = RobotsCache(self._ask_for_rules, self._captures, clock, longest_wait=settings.longest_wait)
        agent = user_agent(settings.contact) if self._replay is None else None
        self._requester = Requester(
            settings,
            environment,
            Sender(settings, self._transport, agent=agent, clock=clock),
            self._captures,
            politeness=NoPoliteness()
            if self._replay is not None
            else Politeness(settings, environment.pace, self._robots.crawl_delay, clock=clock, log=log),
            log=ExchangeLog(log, self._policy.site),
        )

    @classmethod
    def replaying(
        cls,
        settings: Settings,
        hosts: Mapping[str, str],
        sources: Iterable[Path],
        *,
        log: FilteringBoundLogger = SILENT,
    ) -> Self:
        """A fetcher that answers from WARC files and snapshot cases, by the same code, without a network.

        Raises:
            FileNotFoundError: a source does not exist.
            ValueError: a source holds nothing to replay.
        """
        transport = ReplayTransport(sources, {**hosts, **settings.hosts}, limit=settings.body_limit)
        return cls(settings, hosts, Environment(transport=transport), log=log)

    async def __aenter__(self) -> Self:
        if self._settings.archive:
            self._captures.archive = open_archive(self._settings, self._clock, self._log)
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            await self._transport.__aexit__(exc_type, exc_value, traceback)
        finally:
            if self._captures.archive is not None:
                self._captures.archive.close()

    async def fetch(
        self, url: str, *, media_types: frozenset[str] = PAGES, context: FetchContext | None = None
    ) -> Page:
        """Fetch the page at a URL, after redirects; in a replay, a page whose own URL is not known has none.

        Args:
            url: an https URL on one of the known hosts.
            media_types: the types that are of use; a page that names no type passes.
            context: what is known of pages already; each exchange is added to it.

        Raises:
            NotModified: the page is still as the context knows it.
            NotFound: the site says so (404, 410); in a replay: there is no capture.
            Blocked: robots.txt forbids it, or the site does (401, 403, 451, a challenge, 429 to the last).
            UnsafeUrl: the URL, a redirect or an address is not allowed.
            FetchError: it did not arrive for another reason.
            NotATrialPage: what arrived is empty, or of a type that no trial's page has.
            OSError: the archive cannot be written.
        """
        with self._naming_errors(url):
            answer = await self._follow(url, context or FetchContext(), obey=True)
            if answer.exchange.status == 304 and context is not None and answer.exchange.url in context.known:
                raise NotModified(answer.exchange.url, answer.exchange.at)
            page = _page(answer, media_types)
            return replace(page, url=None) if self._replay is not None and self._replay.invented(url) else page

    def site(self, url: str) -> str | None:
        """The key of the site that a URL belongs to, if it belongs to one."""
        return self._policy.site(url)

    def mentioning(self, words: str) -> Sequence[str]:
        """In a replay of cases: the URLs of known hosts at which a case holds some words; else none."""
        if self._replay is None:
            return ()
        return [url for url in self._replay.mentioning(words) if self._policy.site(url) is not None]

    def passed_over(self) -> Sequence[str]:
        """In a replay: one line for each thing among its sources that cannot be replayed; else none."""
        return [] if self._replay is None else self._replay.passed_over

    def replayed(self) -> Sequence[str]:
        """In a replay: the URLs of known hosts at which there is a page; else none."""
        if self._replay is None:
            return ()
        return [url for url in self._replay.urls() if self._policy.site(url) is not None]

    async def sitemaps(self, url: str) -> Sequence[str]:
        """The sitemaps that the robots.txt of a URL's host names.

        Raises:
            UnsafeUrl: the URL is not allowed.
            FetchError: the host does not answer.
        """
        with self._naming_errors(url):
            rules = await self._robots.rules(self._policy.check(url))
        return rules.sitemaps

    @contextmanager
    def _naming_errors(self, url: str) -> Iterator[None]:
        """Add the page and its site to each error."""
        try:
            yield
        except TrialPagesError as error:
            error.url = error.url or masked(url)
            error.site = self._policy.site(error.url)
            raise

    async def _follow(self, url: str, context: FetchContext, *, obey: bool) -> Answer:
        """Ask for a URL and for what it redirects to; every hop passes the same checks."""
        budget = Budget(self._settings.page_deadline)

        async def ask(target: httpx.URL) -> Answer:
            if obey:
                await self._robots.obey(target)
            return await self._requester.ask(target, budget, context)

        return await follow(url, self._policy, ask)

    async def _ask_for_rules(self, address: str) -> Answer:
        return await self._follow(address, FetchContext(), obey=False)


def fetch(url: str, settings: Settings, hosts: Mapping[str, str]) -> Page:
    """Fetch one page, for callers that are not asynchronous.

    Raises:
        scraper.errors.TrialPagesError: as `Fetcher.fetch` does.
    """

    async def one() -> Page:
        async with Fetcher(settings, hosts) as fetcher:
            return await fetcher.fetch(url)

    return asyncio.run(one())


def open_archive(settings: Settings, clock: Clock | None = None, log: FilteringBoundLogger = SILENT) -> Archive:
    """The archive in the home that the settings name."""
    fields = {"software": user_agent(None), "robots": "obey"}
    if settings.contact is not None:
        fields["operator"] = settings.contact
    return Archive(
        settings.archive_folder,
        clock=clock or SystemClock(),
        file_size=settings.archive_file_size,
        fields=fields,
        log=log,
    )


def _for_a_replay(settings: Settings) -> Settings:
    """The settings of a replay: it brings the same answer at each attempt, waits for nobody, and archives nothing."""
    return settings.model_copy(update={"archive": False, "attempts": 1, "http": True, "longest_wait": float("inf")})


@cache
def user_agent(contact: str | None) -> str:
    """The User-Agent: name, version, and whom to write to."""
    name = f"{robots.AGENT}/{version('trialpages')}"
    return f"{name} ({contact})" if contact else name


def _page(answer: Answer, media_types: frozenset[str]) -> Page:
    """The page in an answer, if it is one."""
    exchange = answer.exchange
    url, status = exchange.url, exchange.result
    if exchange.status in {404, 410}:
        raise NotFound(f"{url} does not exist ({status})")
    if exchange.status in REFUSALS:
        raise Blocked(f"{url} is refused by the site ({status})", attempts=answer.attempts, status=exchange.status)
    if exchange.status not in {200, 203}:
        raise FetchError(f"{url} answered {status}, which is no page", attempts=answer.attempts, status=exchange.status)
    if exchange.content_type and exchange.content_type not in media_types:
        raise NotATrialPage(
            f"{url} is no page of a trial: it is of the type {exchange.content_type[:LONGEST_SHOWN]}",
        )
    if not answer.content.strip():
        raise NotATrialPage(f"{url} is no page of a trial: it is empty")
    fetched_at = exchange.at if exchange.at > BEFORE_ALL else None
    return Page(answer.content, url, fetched_at, exchange.charset)
