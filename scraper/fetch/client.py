"""The one way from a URL to its page: safe, polite, patient, archived."""

import asyncio
import ssl
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from random import Random, SystemRandom
from types import TracebackType
from typing import Final, Self

import httpx
from structlog.typing import FilteringBoundLogger

from scraper.errors import Blocked, FetchError, NotATrialPage, NotFound, TrialPagesError
from scraper.fetch import robots
from scraper.fetch.archive import Archive
from scraper.fetch.clock import Clock, SystemClock
from scraper.fetch.context import Errand, Unchanged
from scraper.fetch.copies import Copies
from scraper.fetch.exchange import LONGEST_SHOWN, Answer
from scraper.fetch.pace import PACE, Pace
from scraper.fetch.redirects import follow
from scraper.fetch.replay import ReplayTransport
from scraper.fetch.requester import REFUSALS, Requester
from scraper.fetch.retries import Budget
from scraper.fetch.robots_cache import RobotsCache
from scraper.fetch.safety import Policy, Resolver, plain_host, resolve
from scraper.fetch.sender import Sender
from scraper.fetch.transport import CheckedTransport
from scraper.fetch.warc import BEFORE_ALL
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
        log: one line per exchange goes there.
        transport: in place of the network, e.g. for a replay.
        clock: time, for tests.
        random: chance, for tests.
        resolver: names to addresses, for tests.
        pace: the turns at hosts; by default those that the whole process shares.
        context: which certificates are trusted; by default those of certifi, or what `SSL_CERT_FILE` names.
        loopback: for tests and benchmarks: lets http, any port and the computer's own addresses pass.
    """

    def __init__(
        self,
        settings: Settings,
        hosts: Mapping[str, str],
        *,
        log: FilteringBoundLogger = SILENT,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
        random: Random | None = None,
        resolver: Resolver = resolve,
        pace: Pace = PACE,
        context: ssl.SSLContext | None = None,
        loopback: bool = False,
    ) -> None:
        self._settings = settings
        known = {plain_host(host): site for host, site in {**hosts, **settings.hosts}.items()}
        # A replay asks nobody: it waits for no turns, obeys no delays, lets no host rest, and no wire is tapped.
        self._replay = transport if isinstance(transport, ReplayTransport) else None
        self._policy = Policy(known, http=settings.http or self._replay is not None, loopback=loopback)
        self._log = log
        self._clock = clock or SystemClock()
        self._copies = Copies(settings.body_limit, self._clock, log)
        is_replay = self._replay is not None
        longest_wait = float("inf") if is_replay else settings.longest_wait
        self._robots = RobotsCache(self._ask_for_rules, self._copies, self._clock, longest_wait=longest_wait)
        if transport is None:
            transport = CheckedTransport(self._policy, resolver, context or httpx.create_ssl_context())
        self._transport = transport
        agent = None if is_replay else user_agent(settings.contact)
        self._requester = Requester(
            settings,
            Sender(settings, transport, agent=agent, clock=self._clock),
            self._copies,
            pace=Pace(self._clock) if is_replay else pace,
            interval=self._robots.interval,
            site=self._policy.site,
            log=log,
            clock=self._clock,
            random=random or SystemRandom(),
            is_replay=is_replay,
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
        return cls(settings, hosts, log=log, transport=transport)

    async def __aenter__(self) -> Self:
        if self._settings.archive and self._replay is None:
            self._copies.archive = open_archive(self._settings, self._clock, self._log)
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
            if self._copies.archive is not None:
                self._copies.archive.close()

    async def fetch(self, url: str, *, media_types: frozenset[str] = PAGES, errand: Errand | None = None) -> Page:
        """The page at a URL, after redirects; in a replay, a page whose own URL is not known has none.

        Args:
            url: an https URL on one of the known hosts.
            media_types: the types that are of use; a page that names no type passes.
            errand: what is known already, and where to note what is exchanged.

        Raises:
            Unchanged: the page is still what the errand knows.
            NotFound: the site says so (404, 410); in a replay: there is no copy.
            Blocked: robots.txt forbids it, or the site does (401, 403, 451, a challenge, 429 to the last).
            UnsafeUrl: the URL, a redirect or an address is not allowed.
            FetchError: it did not arrive for another reason.
            NotATrialPage: what arrived is empty, or of a type that no trial's page has.
            OSError: the archive cannot be written.
        """
        with self._telling(url):
            answer = await self._follow(url, errand or Errand(), obey=True)
            if answer.exchange.status == 304 and errand is not None and answer.exchange.url in errand.known:
                raise Unchanged(answer.exchange.url, answer.exchange.at)
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
        with self._telling(url):
            rules = await self._robots.rules(self._policy.check(url))
        return rules.sitemaps

    @contextmanager
    def _telling(self, url: str) -> Iterator[None]:
        """Let every error say which page and site it is about."""
        try:
            yield
        except TrialPagesError as error:
            error.url = error.url or masked(url)
            error.site = self._policy.site(error.url)
            raise

    async def _follow(self, url: str, errand: Errand, *, obey: bool) -> Answer:
        """Ask for a URL and for what it redirects to; every hop passes the same checks."""
        budget = Budget(self._settings.page_deadline)

        async def ask(target: httpx.URL) -> Answer:
            if obey:
                await self._robots.obey(target)
            return await self._requester.ask(target, budget, errand)

        return await follow(url, self._policy, ask)

    async def _ask_for_rules(self, address: str) -> Answer:
        return await self._follow(address, Errand(), obey=False)


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


@cache
def user_agent(contact: str | None) -> str:
    """How we introduce ourselves: name, version, and whom to write to."""
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
