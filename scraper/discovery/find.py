"""From an NCT id to the pages that show the trial: first the registry, then all other sites side by side."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scraper.discovery.page_reading import read_in_thread, read_or_refetch
from scraper.discovery.result import Attempt, DiscoveryResult
from scraper.discovery.site_search import NO_PAGES, SiteSearch
from scraper.errors import Fatal, ObsoleteNumber, TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.fetch.context import FetchContext
from scraper.internal_errors import internal_error
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup, MissingHint
from scraper.sites import CANDIDATE_URLS, DEFAULT_SITES, REGISTRY, former_numbers


async def find_trial(
    fetcher: Fetcher,
    nct_id: str,
    sites: Iterable[str] = DEFAULT_SITES,
    index: Lookup = NO_PAGES,
    *,
    follow: bool = False,
) -> DiscoveryResult:
    """Find a trial's pages on the sites, and read them.

    The registry is asked in any case: other sites' addresses are made of the title and the conditions that it says. Its
    record is part of the result only where it is among the sites. Its failure always is: what is not found may be its
    fault.

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
    registry = await _searched(fetcher, REGISTRY, Hints(nct_id), index)
    obsolete = obsolete_number(registry)
    if follow and obsolete is not None:
        result = await find_trial(fetcher, obsolete.now, wanted, index)
        return replace(result, attempts=(*registry, *result.attempts))
    hints = hints_of(nct_id, registry)
    asked = [site for site in CANDIDATE_URLS if site in wanted and site != REGISTRY]
    failure = next((attempt.error for attempt in registry if attempt.error is not None), None)
    others = await asyncio.gather(*(_searched(fetcher, site, hints, index, failure=failure) for site in asked))
    told = registry if REGISTRY in wanted else [attempt for attempt in registry if attempt.error is not None]
    return DiscoveryResult(hints, (*told, *(attempt for found in others for attempt in found)))


async def read_url(fetcher: Fetcher, url: str) -> DiscoveryResult:
    """Fetch and read the page at a URL, whichever trial it shows.

    Raises:
        OSError: the archive cannot be written.
    """
    site, context = fetcher.site(url) or "", FetchContext()
    try:
        page, read_page = await read_or_refetch(fetcher, url, await fetcher.fetch(url, context=context), context)
        return DiscoveryResult(None, (Attempt(site, url, "as asked", read_page=read_page, page=page),))
    except Fatal:
        raise
    except TrialPagesError as error:
        return DiscoveryResult(None, (Attempt(site, url, "as asked", error=error),))
    except Exception as error:  # noqa: BLE001 - the addresses after it are asked for all the same
        return DiscoveryResult(None, (Attempt(site, url, "as asked", error=internal_error(error, url=url)),))


async def ask_registry(fetcher: Fetcher, nct_id: str, context: FetchContext | None = None) -> DiscoveryResult:
    """Ask the registry alone: what it says of a trial.

    Raises:
        OSError: the archive cannot be written.
    """
    registry = await _searched(fetcher, REGISTRY, Hints(nct_id), NO_PAGES, context=context)
    return DiscoveryResult(hints_of(nct_id, registry), tuple(registry))


async def replayed_trials(fetcher: Fetcher, sites: Iterable[str] = DEFAULT_SITES) -> list[str]:
    """In a replay: the numbers of the trials that its pages of some sites show, in the pages' order; else none."""
    wanted = set(sites)
    numbers: dict[str, None] = {}
    for url in fetcher.replayed():
        try:
            found = await read_in_thread(await fetcher.fetch(url))
        except TrialPagesError:
            continue  # whoever asks for a trial of that page is told
        if found.record.source.site in wanted:
            numbers[found.record.trial.nct_id] = None
    return list(numbers)


def planned_candidates(
    hints: Hints, sites: Iterable[str] = DEFAULT_SITES, index: Lookup = NO_PAGES
) -> Iterator[tuple[str, Candidate | MissingHint]]:
    """The candidates that `find_trial` would try, as far as they are known before anything is fetched."""
    wanted = set(sites)
    for site, candidates_of in CANDIDATE_URLS.items():
        if site in wanted:
            for candidate in candidates_of(hints, index, {}):
                yield site, candidate


def hints_of(nct_id: str, registry: Sequence[Attempt]) -> Hints:
    """What the registry's pages say of a trial, for the other sites."""
    for attempt in registry:
        if attempt.record is not None:
            trial, page = attempt.record.trial, attempt.page
            former = former_numbers(page) if page is not None else frozenset[str]()
            return Hints(nct_id, trial.title, trial.conditions, former=former)
    obsolete = obsolete_number(registry)
    return Hints(nct_id, now=obsolete.now if obsolete is not None else None)


def obsolete_number(attempts: Iterable[Attempt]) -> ObsoleteNumber | None:
    """The registry's answer that the trial has another number by now, if it gave that."""
    return next((one.error for one in attempts if isinstance(one.error, ObsoleteNumber)), None)


async def _searched(
    fetcher: Fetcher,
    site: str,
    hints: Hints,
    index: Lookup,
    *,
    failure: TrialPagesError | None = None,
    context: FetchContext | None = None,
) -> list[Attempt]:
    search = SiteSearch(fetcher, site, hints.nct_id, context)
    with search.recording_failure("the search"):
        await search.run(hints, index, failure=failure)
    return search.attempts
