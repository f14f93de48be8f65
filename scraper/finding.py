"""From an NCT id to the pages that show the trial: the registry first, then all sites side by side."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.record import Record
from schemas.vocabulary import Site
from scraper.errors import NotATrialPage, NotFound, TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.page import Page
from scraper.parse import links
from scraper.pipeline import read
from scraper.sites import PLACES
from scraper.sites.places import Gap, Hints, Lookup, NoPages, Place

NO_PAGES: Final = NoPages()
"""The lookup of those who have no index."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One place where a trial was looked for, and what was there."""

    site: str
    url: str | None
    """None where no address could be made."""
    why: str
    """Why the trial might be there."""
    layout: str | None = None
    """The layout that was expected."""
    record: Record | None = None
    """None on a search page, and where there is an error."""
    error: TrialPagesError | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that was tried for one trial or URL."""

    hints: Hints | None
    """What the registry told; None where it was not asked."""
    tried: tuple[Tried, ...]

    @property
    def records(self) -> list[Record]:
        """What was found, the registry's record first."""
        return [tried.record for tried in self.tried if tried.record is not None]

    @property
    def failures(self) -> list[Tried]:
        """What went wrong: not that a site does not show the trial, nor what another address of the page made good."""
        shown = {tried.layout for tried in self.tried if tried.record is not None and tried.layout is not None}
        return [
            tried
            for tried in self.tried
            if tried.error is not None and not isinstance(tried.error, NotFound) and tried.layout not in shown
        ]

    @property
    def exit_code(self) -> int:
        """0 where something was found and nothing failed, 3 where no site shows it, else the failures' code, or 1."""
        codes = {tried.error.exit_code for tried in self.failures if tried.error is not None}
        if self.records:
            return 1 if codes else 0
        return 3 if not codes else codes.pop() if len(codes) == 1 else 1


async def look(
    fetcher: Fetcher, nct_id: str, sites: Iterable[Site] = tuple(PLACES), index: Lookup = NO_PAGES
) -> Findings:
    """Look for a trial's pages on the sites, and read them.

    The registry is asked in any case, for the title and the conditions that addresses are made of. Its record counts
    only where it is among the sites; its failure is told always, since what is not found may be its fault.

    Args:
        fetcher: asks for the pages, each site's one after the other.
        nct_id: the trial's number, in capitals.
        sites: where to look.
        index: the pages that sitemaps name.

    Raises:
        OSError: the archive cannot be written.
    """
    wanted = set(sites)
    cases = fetcher.mentioning(nct_id)
    registry = await _search(fetcher, Site.CTGOV, Hints(nct_id), index, cases)
    hints = _hints(nct_id, registry)
    asked = [site for site in PLACES if site in wanted and site is not Site.CTGOV]
    failure = next((tried.error for tried in registry if tried.error is not None), None)
    others = await asyncio.gather(*(_search(fetcher, site, hints, index, cases, failure=failure) for site in asked))
    told = registry if Site.CTGOV in wanted else [tried for tried in registry if tried.error is not None]
    return Findings(hints, (*told, *(tried for found in others for tried in found)))


async def visit(fetcher: Fetcher, url: str) -> Findings:
    """Fetch and read the page at a URL, whichever trial it shows.

    Raises:
        OSError: the archive cannot be written.
    """
    site = fetcher.site(url) or ""
    try:
        return Findings(None, (Tried(site, url, "as asked", record=await _record(await fetcher.fetch(url))),))
    except TrialPagesError as error:
        return Findings(None, (Tried(site, url, "as asked", error=error),))


async def ask_registry(fetcher: Fetcher, nct_id: str) -> Findings:
    """What the registry tells of a trial.

    Raises:
        OSError: the archive cannot be written.
    """
    registry = await _search(fetcher, Site.CTGOV, Hints(nct_id), NO_PAGES, fetcher.mentioning(nct_id))
    return Findings(_hints(nct_id, registry), tuple(registry))


def planned(
    hints: Hints, sites: Iterable[Site] = tuple(PLACES), index: Lookup = NO_PAGES
) -> Iterator[tuple[Site, Place | Gap]]:
    """Where `look` would look, as far as that is known before anything is fetched."""
    wanted = set(sites)
    for site, places in PLACES.items():
        if site in wanted:
            for place in places(hints, index, {}):
                yield site, place


class _Search:
    """The search for one trial on one site: its places in order, until each layout is found once."""

    def __init__(self, fetcher: Fetcher, site: Site, hints: Hints) -> None:
        self._fetcher = fetcher
        self._site = site
        self._nct_id = hints.nct_id
        self._seen: set[str] = set()
        self.found: dict[str, str] = {}
        self.tried: list[Tried] = []

    async def try_each(self, places: Iterable[Place | Gap], missing: type[TrialPagesError]) -> None:
        for place in places:
            if isinstance(place, Gap):
                self.tried.append(Tried(self._site, None, "no address", error=missing(place.why, site=self._site)))
            elif place.layout not in self.found and place.url not in self._seen:
                self._seen.add(place.url)
                await self._try(place, missing)

    async def _try(self, place: Place, missing: type[TrialPagesError]) -> None:
        try:
            page = await self._fetcher.fetch(place.url)
            if place.follow is not None:
                listed = list(place.follow(links(page)))
                if not listed:
                    raise NotFound("the search lists no trial")
                self.tried.append(Tried(self._site, place.url, place.why))
                await self.try_each(listed, missing)
                return
            try:
                record = await _record(page)
            except NotATrialPage as error:
                if place.layout is None:  # nobody said that the page is the trial's
                    raise NotFound(f"{place.url} is no page of {self._nct_id}: {error}") from error
                raise
            shown = record.trial.nct_id
            if shown != self._nct_id:
                raise NotFound(f"{place.url} shows {shown}, not {self._nct_id}")
        except TrialPagesError as error:
            error.site, error.url = error.site or self._site, error.url or place.url
            error.nct_id = error.nct_id or self._nct_id
            self.tried.append(Tried(self._site, place.url, place.why, place.layout, error=error))
        else:
            layout = f"{record.source.site}/{record.source.layout}"
            self.found.setdefault(layout, place.url)
            self.tried.append(Tried(self._site, place.url, place.why, layout, record))


async def _search(
    fetcher: Fetcher,
    site: Site,
    hints: Hints,
    index: Lookup,
    cases: Iterable[str],
    *,
    failure: TrialPagesError | None = None,
) -> list[Tried]:
    """What a site shows of a trial; `failure` is the registry's, if it failed."""
    search = _Search(fetcher, site, hints)
    # Where the registry failed, what was not looked for may well be there.
    missing = NotFound if failure is None else type(failure)
    await search.try_each(PLACES[site](hints, index, search.found), missing)
    await search.try_each(
        (Place(url, "a case that mentions it") for url in cases if fetcher.site(url) == site), missing
    )
    return search.tried


def _hints(nct_id: str, registry: Sequence[Tried]) -> Hints:
    for tried in registry:
        if tried.record is not None:
            return Hints(nct_id, tried.record.trial.title, tried.record.trial.conditions)
    return Hints(nct_id)


async def _record(page: Page) -> Record:
    # A page is read within milliseconds; the other sites' answers need not wait for it.
    try:
        return await asyncio.to_thread(read, page)
    except TrialPagesError:
        raise
    except Exception as error:
        message = f"a mistake in trialpages: {type(error).__name__}: {error}; please report it"
        raise TrialPagesError(message, url=page.url) from error
