"""The search for one trial on one site."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from schemas.record import Record
from scraper.discovery.page_reading import read_or_refetch
from scraper.discovery.result import Attempt
from scraper.errors import (
    Fatal,
    FetchError,
    InternalError,
    NotATrialPage,
    NotFound,
    ObsoleteNumber,
    TrialPagesError,
    UnknownLayout,
)
from scraper.fetch.client import Fetcher
from scraper.fetch.context import FetchContext, NotModified
from scraper.internal_errors import internal_error
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint, NoPages
from scraper.parse.blocks import links, parse
from scraper.parse.page import Page
from scraper.pipeline import ReadPage
from scraper.sites import CANDIDATE_URLS, REGISTRY, former_numbers

NO_PAGES: Final = NoPages()
"""The lookup of those who have no index."""

NOTHING_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})
"""The pages that are known to those who look for the first time."""


class SiteSearch:
    """Searches one site for one trial: tries its candidates in order, until each layout is found once.

    Args:
        fetcher: asks for the pages, one after the other.
        site: where to look.
        nct_id: the trial's number, in capitals.
        context: what is known already, and where exchanges are noted.
        known: hashes and URLs of pages that need no reading if they come again, with the layouts that they were
            read as; the URLs are those that the context knows.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        site: str,
        nct_id: str,
        context: FetchContext | None = None,
        known: Mapping[str, str] = NOTHING_KNOWN,
    ) -> None:
        self._fetcher = fetcher
        self._site = site
        self._nct_id = nct_id
        self._context = context or FetchContext()
        self._known = known
        self._seen: set[str] = set()
        self._now: str | None = None
        self._former: frozenset[str] = frozenset()
        self.found: dict[str, str] = {}
        """The layouts that were found, with their URLs."""
        self.attempts: list[Attempt] = []
        """Everything that was tried, in order."""

    @contextmanager
    def recording_failure(self, why: str) -> Iterator[None]:
        """Record an unforeseen exception as one more failed attempt, so that what was found stays found.

        Args:
            why: what is done in the block.
        """
        try:
            yield
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one page raises costs that page alone
            self.attempts.append(Attempt(self._site, None, why, error=internal_error(error)))

    async def run(self, hints: Hints, index: Lookup, *, failure: TrialPagesError | None = None) -> None:
        """Try the candidates that the site's file names, and in a replay the cases that mention the trial.

        Args:
            hints: what the registry told.
            index: the pages that sitemaps name.
            failure: the registry's, if it failed.
        """
        self._now, self._former = hints.now, hints.former
        # Where the registry failed, what was not looked for may well be there.
        missing = NotFound if failure is None or isinstance(failure, NotFound) else type(failure)
        if issubclass(missing, InternalError):  # which stands for one mistake alone, with its traceback
            missing = FetchError
        await self.try_each(CANDIDATE_URLS[self._site](hints, index, self.found), missing)
        cases = (url for url in self._fetcher.mentioning(self._nct_id) if self._fetcher.site(url) == self._site)
        await self.try_each((Candidate(url, "a case that mentions it") for url in cases), missing)

    async def try_each(
        self, candidates: Iterable[Candidate | MissingHint], missing: type[TrialPagesError] = NotFound
    ) -> None:
        """Try some candidates; `missing` is the kind of error that stands for one that has no address."""
        for candidate in candidates:
            if isinstance(candidate, MissingHint):
                self.attempts.append(
                    Attempt(self._site, None, "no address", error=missing(candidate.why, site=self._site))
                )
            elif candidate.layout not in self.found and candidate.url not in self._seen:
                self._seen.add(candidate.url)
                await self._try(candidate, missing)

    async def _try(self, candidate: Candidate, missing: type[TrialPagesError]) -> None:
        try:
            await self._read_candidate(candidate, missing)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one page raises costs that page alone
            mistake = internal_error(error, url=candidate.url)
            self.attempts.append(Attempt(self._site, candidate.url, candidate.why, candidate.layout, error=mistake))

    async def _read_candidate(self, candidate: Candidate, missing: type[TrialPagesError]) -> None:
        try:
            page = await self._fetcher.fetch(candidate.url, context=self._context)
            if candidate.follow is not None:
                await self._follow_search(candidate, candidate.follow(links(page)), page, missing)
                return
            if page.sha256 in self._known:
                self._record(candidate, self._known[page.sha256], page=page)
                return
            try:
                page, read_page = await read_or_refetch(self._fetcher, candidate.url, page, self._context)
            except NotATrialPage as error:
                if candidate.layout is None:  # nobody said that the page is the trial's
                    raise NotFound(f"{candidate.url} is no page of {self._nct_id}: {error}") from error
                raise
            record = read_page.record
            self._refuse_others(candidate, record, page)
        except NotModified as unchanged:
            # Not the candidate's: that may lead to a page which is known as another one.
            self._record(candidate, self._known[unchanged.url])
        except Fatal:
            raise
        except TrialPagesError as error:
            error.site, error.url = error.site or self._site, error.url or candidate.url
            error.nct_id = error.nct_id or self._nct_id
            self.attempts.append(Attempt(self._site, candidate.url, candidate.why, candidate.layout, error=error))
        else:
            self._record(candidate, f"{record.source.site}/{record.source.layout}", page=page, read_page=read_page)

    async def _follow_search(
        self, search: Candidate, listed: Iterable[Candidate], page: Page, missing: type[TrialPagesError]
    ) -> None:
        """Try what a search page lists.

        Raises:
            NotFound: it says that there is nothing.
            NotATrialPage: its results were not filled in, so what it lists tells nothing of what it would list.
        """
        listed, before = list(listed), set(self.found)
        says_none = search.no_results is None or any(
            search.no_results.search(block.text) for block in parse(page).blocks
        )
        if not listed and not says_none:
            raise NotATrialPage(
                "the search cannot be read: it lists no trial, and does not say that there is none; such a page is"
                " filled in by a script"
            )
        if not listed:
            raise NotFound("the search lists no trial")
        number = len(self.attempts)
        self.attempts.append(Attempt(self._site, search.url, search.why))
        await self.try_each(listed, missing)
        is_filled_in = search.loader is None or says_none or search.loader not in page.content
        if not is_filled_in and set(self.found) == before:
            error = NotATrialPage(
                "the search cannot be read: its results are filled in by a script, and what it lists beside them are"
                " other trials",
                site=self._site,
                url=search.url,
                nct_id=self._nct_id,
            )
            self.attempts[number] = replace(self.attempts[number], error=error)

    def _refuse_others(self, candidate: Candidate, record: Record, page: Page) -> None:
        """Refuse another trial's page, and one that would count as what another site shows."""
        shown, site = record.trial.nct_id, record.source.site
        if shown != self._nct_id:
            if shown == self._now or (site == REGISTRY and self._nct_id in former_numbers(page)):
                raise ObsoleteNumber(f"{self._nct_id} is now {shown}", now=shown)
            is_former = shown in self._former
            raise NotFound(
                f"{candidate.url} shows {shown}, {'a former number of' if is_former else 'not'} {self._nct_id}"
            )
        if site != self._site:
            # Of a page that nobody said to be the site's, that is no failure.
            kind = NotFound if candidate.layout is None else UnknownLayout
            raise kind(f"{candidate.url} shows {shown} as {site} does, not as {self._site}")

    def _record(
        self, candidate: Candidate, layout: str, *, page: Page | None = None, read_page: ReadPage | None = None
    ) -> None:
        """Note a page that shows the trial."""
        self.found.setdefault(layout, candidate.url)
        exchange = self._context.exchanges[-1]
        self.attempts.append(
            Attempt(self._site, candidate.url, candidate.why, layout, read_page, page=page, exchange=exchange)
        )
