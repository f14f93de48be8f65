"""From an NCT id to the pages that show the trial: the registry first, then all sites side by side."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from schemas.record import Record
from schemas.vocabulary import Site
from scraper.discovery.result import Attempt, DiscoveryResult
from scraper.errors import (
    Fatal,
    FetchError,
    InternalError,
    NotATrialPage,
    NotFound,
    ObsoleteNumber,
    PageError,
    TrialPagesError,
    UnknownLayout,
)
from scraper.fetch.client import Fetcher
from scraper.fetch.context import FetchContext, NotModified
from scraper.internal_errors import internal_error
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint, NoPages
from scraper.parse.blocks import links, parse
from scraper.parse.page import Page
from scraper.pipeline import Survey, survey
from scraper.sites import CANDIDATE_URLS
from scraper.sites.ctgov import ALIASES, aliases

NO_PAGES: Final = NoPages()
"""The lookup of those who have no index."""

NOTHING_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})
"""The pages that are known to those who look for the first time."""


async def look(
    fetcher: Fetcher,
    nct_id: str,
    sites: Iterable[Site] = tuple(CANDIDATE_URLS),
    index: Lookup = NO_PAGES,
    *,
    follow: bool = False,
) -> DiscoveryResult:
    """Look for a trial's pages on the sites, and read them.

    The registry is asked in any case, for the title and the conditions that addresses are made of. Its record counts
    only where it is among the sites; its failure is told always, since what is not found may be its fault.

    Args:
        fetcher: asks for the pages, each site's one after the other.
        nct_id: the trial's number, in capitals.
        sites: where to look.
        index: the pages that sitemaps name.
        follow: where the registry knows the trial by another number now, look for that.

    Raises:
        OSError: the archive cannot be written.
    """
    wanted = set(sites)
    registry = await _looked(fetcher, Site.CTGOV, Hints(nct_id), index)
    obsolete = obsolete_number(registry)
    if follow and obsolete is not None:
        result = await look(fetcher, obsolete.now, wanted, index)
        return replace(result, attempts=(*registry, *result.attempts))
    hints = hints_of(nct_id, registry)
    asked = [site for site in CANDIDATE_URLS if site in wanted and site is not Site.CTGOV]
    failure = next((attempt.error for attempt in registry if attempt.error is not None), None)
    others = await asyncio.gather(*(_looked(fetcher, site, hints, index, failure=failure) for site in asked))
    told = registry if Site.CTGOV in wanted else [attempt for attempt in registry if attempt.error is not None]
    return DiscoveryResult(hints, (*told, *(attempt for found in others for attempt in found)))


async def visit(fetcher: Fetcher, url: str) -> DiscoveryResult:
    """Fetch and read the page at a URL, whichever trial it shows.

    Raises:
        OSError: the archive cannot be written.
    """
    site, context = fetcher.site(url) or "", FetchContext()
    try:
        page, survey = await _read(fetcher, url, await fetcher.fetch(url, context=context), context)
        return DiscoveryResult(None, (Attempt(site, url, "as asked", survey=survey, page=page),))
    except Fatal:
        raise
    except TrialPagesError as error:
        return DiscoveryResult(None, (Attempt(site, url, "as asked", error=error),))
    except Exception as error:  # noqa: BLE001 - the addresses after it are asked for all the same
        return DiscoveryResult(None, (Attempt(site, url, "as asked", error=internal_error(error, url=url)),))


async def ask_registry(fetcher: Fetcher, nct_id: str, context: FetchContext | None = None) -> DiscoveryResult:
    """What the registry tells of a trial.

    Raises:
        OSError: the archive cannot be written.
    """
    registry = await _looked(fetcher, Site.CTGOV, Hints(nct_id), NO_PAGES, context=context)
    return DiscoveryResult(hints_of(nct_id, registry), tuple(registry))


async def replayed_trials(fetcher: Fetcher) -> list[str]:
    """In a replay: the numbers of the trials that its pages show, in the pages' order; else none."""
    numbers: dict[str, None] = {}
    for url in fetcher.replayed():
        try:
            found = await surveyed(await fetcher.fetch(url))
        except TrialPagesError:
            continue  # whoever asks for a trial of that page is told
        numbers[found.record.trial.nct_id] = None
    return list(numbers)


def planned(
    hints: Hints, sites: Iterable[Site] = tuple(CANDIDATE_URLS), index: Lookup = NO_PAGES
) -> Iterator[tuple[Site, Candidate | MissingHint]]:
    """Where `look` would look, as far as that is known before anything is fetched."""
    wanted = set(sites)
    for site, candidates_of in CANDIDATE_URLS.items():
        if site in wanted:
            for candidate in candidates_of(hints, index, {}):
                yield site, candidate


class Search:
    """The search for one trial on one site: its candidates in order, until each layout is found once.

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
        site: Site,
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
    def noting(self, why: str) -> Iterator[None]:
        """Let what nobody foresaw be one more thing that was tried in vain, so that what was found stays found.

        Args:
            why: what is done in the block.
        """
        try:
            yield
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one page raises costs that page alone
            self.attempts.append(Attempt(self._site, None, why, error=internal_error(error)))

    async def look(self, hints: Hints, index: Lookup, *, failure: TrialPagesError | None = None) -> None:
        """Look wherever the site's file says that the trial may be, and in a replay at the cases that mention it.

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
            await self._look_at(candidate, missing)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one page raises costs that page alone
            mistake = internal_error(error, url=candidate.url)
            self.attempts.append(Attempt(self._site, candidate.url, candidate.why, candidate.layout, error=mistake))

    async def _look_at(self, candidate: Candidate, missing: type[TrialPagesError]) -> None:
        try:
            page = await self._fetcher.fetch(candidate.url, context=self._context)
            if candidate.follow is not None:
                await self._search(candidate, candidate.follow(links(page)), page, missing)
                return
            if page.sha256 in self._known:
                self._note(candidate, self._known[page.sha256], page=page)
                return
            try:
                page, survey = await _read(self._fetcher, candidate.url, page, self._context)
            except NotATrialPage as error:
                if candidate.layout is None:  # nobody said that the page is the trial's
                    raise NotFound(f"{candidate.url} is no page of {self._nct_id}: {error}") from error
                raise
            record = survey.record
            self._refuse_others(candidate, record, page)
        except NotModified as unchanged:
            # Not the candidate's: that may lead to a page which is known as another one.
            self._note(candidate, self._known[unchanged.url])
        except Fatal:
            raise
        except TrialPagesError as error:
            error.site, error.url = error.site or self._site, error.url or candidate.url
            error.nct_id = error.nct_id or self._nct_id
            self.attempts.append(Attempt(self._site, candidate.url, candidate.why, candidate.layout, error=error))
        else:
            self._note(candidate, f"{record.source.site}/{record.source.layout}", page=page, survey=survey)

    async def _search(
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
            if shown == self._now or (site == Site.CTGOV and self._nct_id in aliases(parse(page))):
                raise ObsoleteNumber(f"{self._nct_id} is now {shown}", now=shown)
            is_former = shown in self._former
            raise NotFound(
                f"{candidate.url} shows {shown}, {'a former number of' if is_former else 'not'} {self._nct_id}"
            )
        if site != self._site:
            raise UnknownLayout(f"{candidate.url} shows {shown} as {site} does, not as {self._site}")

    def _note(
        self, candidate: Candidate, layout: str, *, page: Page | None = None, survey: Survey | None = None
    ) -> None:
        """Note a page that shows the trial."""
        self.found.setdefault(layout, candidate.url)
        exchange = self._context.exchanges[-1]
        self.attempts.append(
            Attempt(self._site, candidate.url, candidate.why, layout, survey, page=page, exchange=exchange)
        )


async def _read(fetcher: Fetcher, url: str, page: Page, context: FetchContext) -> tuple[Page, Survey]:
    """What a page shows; where it is our own copy and gives no whole record, the site's page and what that shows.

    A page that broke off is archived with the validators of the whole one, so the site keeps saying that it is current.

    Args:
        fetcher: asks for the page once more.
        url: the page's, as it was asked for.
        page: as it came last.
        context: which noted how it came.

    Raises:
        TrialPagesError: as `surveyed` and `Fetcher.fetch` do.
    """
    is_ours = context.exchanges[-1].status == 304
    try:
        survey = await surveyed(page)
        if not is_ours or survey.truncation is None:
            return page, survey
    except PageError:
        if not is_ours:
            raise
    page = await fetcher.fetch(url, context=replace(context, since=None, whole=True))
    return page, await surveyed(page)


async def surveyed(page: Page) -> Survey:
    """A page, read off the event loop: it takes milliseconds, for which the other sites' answers need not wait.

    Raises:
        TrialPagesError: as `scraper.pipeline.survey` does, and where the program itself is at fault.
    """

    def told() -> Survey:
        try:
            return survey(page)
        except TrialPagesError:
            raise
        except Exception as error:  # here, in the thread: a StopIteration never reaches who waits for it
            raise internal_error(error, url=page.url) from error

    return await asyncio.to_thread(told)


def hints_of(nct_id: str, registry: Sequence[Attempt]) -> Hints:
    """What the registry's pages tell of a trial, for the other sites."""
    for attempt in registry:
        if attempt.record is not None:
            page = attempt.page
            has_former = page is not None and ALIASES in page.content
            former = aliases(parse(page)) if page is not None and has_former else frozenset[str]()
            return Hints(nct_id, attempt.record.trial.title, attempt.record.trial.conditions, former=former)
    obsolete = obsolete_number(registry)
    return Hints(nct_id, now=obsolete.now if obsolete is not None else None)


def obsolete_number(attempts: Iterable[Attempt]) -> ObsoleteNumber | None:
    """The word of a registry that the trial has another number by now, if it was given."""
    return next((one.error for one in attempts if isinstance(one.error, ObsoleteNumber)), None)


async def _looked(
    fetcher: Fetcher,
    site: Site,
    hints: Hints,
    index: Lookup,
    *,
    failure: TrialPagesError | None = None,
    context: FetchContext | None = None,
) -> list[Attempt]:
    search = Search(fetcher, site, hints.nct_id, context)
    with search.noting("the search"):
        await search.look(hints, index, failure=failure)
    return search.attempts
