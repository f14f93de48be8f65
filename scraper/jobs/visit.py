"""One visit: fetches a trial's pages at one site, by their known addresses, else by searching for them."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from scraper.discovery.result import Attempt, DiscoveryResult
from scraper.discovery.site_search import SiteSearch
from scraper.errors import Fatal, FetchError, InternalError, NotFound, ObsoleteNumber, TrialPagesError, Truncated
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import CLOCKS_DIFFER, Clock
from scraper.fetch.context import FetchContext
from scraper.internal_errors import internal_error
from scraper.jobs.advice import REPORT_IT, advice
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.revisit_policy import next_visit_at, retry_at
from scraper.layouts.candidate_urls import Candidate, Hints, Lookup
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.sites import LAYOUTS, REGISTRY
from scraper.store.dead_letters import Failure
from scraper.store.due import KnownPage, Task
from scraper.store.readings import NewReading
from scraper.store.runs import Miss, Run, Visit
from scraper.store.tables import Result

Registry = Callable[[str], Awaitable[tuple[Hints, TrialPagesError | None]]]
"""Gives what the registry says about a trial, or why it failed; called only where a trial must be searched for."""


async def visit(
    fetcher: Fetcher,
    task: Task,
    known: Sequence[KnownPage],
    *,
    run: Run,
    registry: Registry,
    index: Lookup,
    settings: Settings,
    clock: Clock,
) -> Visit:
    """Visit a trial at a site.

    Args:
        fetcher: asks for the pages.
        task: which trial at which site.
        known: its known pages there.
        run: the run that the visit is part of.
        registry: gives the registry's title and conditions of the trial.
        index: the pages that sitemaps name.
        settings: the intervals until the next visit.
        clock: time.

    Raises:
        Fatal: such as an archive that cannot be written.
    """
    site = task.site
    # A page that another version of the program read must be read again, and so must one that is not current, because
    # it is quarantined or something newer was imported: it may change something in this run. Those must come whole.
    same = {
        f"{site}/{page.layout}": page for page in known if page.is_current and page.package_version == package_version()
    }
    since = run.started_at if task.refetch else run.since
    context = FetchContext({page.url: page.validators for page in same.values() if page.url}, since)
    names = {name: layout for layout, page in same.items() for name in (page.sha256, page.url) if name}
    search = SiteSearch(fetcher, site, task.nct_id, context, names)
    there, gone = ([page for page in known if page.is_gone is is_gone] for is_gone in (False, True))
    with search.recording_failure("the known pages"):
        await search.try_each(_addresses(site, there, "it was there at the last visit"))
    # Where the known pages are found, the site's other layouts are searched for now and then, too.
    more = any(layout.key not in search.found for layout in LAYOUTS if layout.site == site)
    soon = run.started_at + timedelta(hours=settings.early_hours)
    latest = run.started_at + timedelta(days=settings.every_absent) + CLOCKS_DIFFER
    # A date beyond the longest interval was set by a wrong clock.
    is_searched_later = task.search_due_at is not None and soon < task.search_due_at <= latest
    is_lost = any(f"{site}/{page.layout}" not in search.found for page in there)
    searched = not there or is_lost or (more and not is_searched_later)
    if searched:
        with search.recording_failure("the pages that are gone"):
            await search.try_each(_addresses(site, gone, "it was there once"))
        # The registry itself needs no hint: it finds its trials by their number.
        hints = Hints(task.nct_id)
        failure: TrialPagesError | None = None
        if site != REGISTRY:
            failure = FetchError("the registry could not be asked")  # unless the next lines set another one
            with search.recording_failure("the registry's hints"):
                hints, failure = await registry(task.nct_id)
                if isinstance(failure, InternalError):
                    raise failure
        with search.recording_failure("the search"):
            await search.run(hints, index, failure=failure)
    # Not in a thread: handing an ordinary page over costs more than summing it up.
    return _summed_up(task, known, same, search, context, run=run, settings=settings, at=clock.now(), searched=searched)


def _addresses(site: str, known: Iterable[KnownPage], why: str) -> Iterator[Candidate]:
    return (Candidate(page.url, why, f"{site}/{page.layout}") for page in known if page.url)


def _summed_up(
    task: Task,
    known: Sequence[KnownPage],
    same: Mapping[str, KnownPage],
    search: SiteSearch,
    context: FetchContext,
    *,
    run: Run,
    settings: Settings,
    at: datetime,
    searched: bool,
) -> Visit:
    pages: dict[str, NewReading | KnownPage] = {}
    status: str | None = None
    read: set[str] = set()
    readings = [_reading_of(attempt, at) for attempt in search.attempts]
    outcomes = [attempt for attempt, _ in readings]
    for attempt, reading in readings:
        if attempt.exchange is None or attempt.layout is None or attempt.layout in read:
            continue  # of two pages of one layout, the first one is the trial's
        read.add(attempt.layout)
        page = reading or same[attempt.layout]
        status = status or (page.record.trial.status if isinstance(page, NewReading) else page.status)
        pages[attempt.exchange.url] = page
    letters = [_letter(attempt) for attempt in DiscoveryResult(None, tuple(outcomes)).failures]
    failed = bool(letters)
    obsolete = next((attempt for attempt in outcomes if isinstance(attempt.error, ObsoleteNumber)), None)
    found = [page for page in known if f"{task.site}/{page.layout}" in search.found]
    misses = [Miss(page.layout, 0, is_gone=False) for page in found if page.misses]
    for page in known:
        # After a failure the page may be there all the same; without a search, one that is gone was not looked for.
        if page not in found and not failed and (searched or not page.is_gone):
            gone = page.is_gone or page.misses + 1 >= settings.gone_after
            miss = Miss(page.layout, page.misses + 1, is_gone=gone)
            misses.append(miss)
            letters += (
                [] if miss.is_gone or obsolete is not None else [_missing(task, page, miss.times, settings.gone_after)]
            )
    if letters:
        result = Result.FAILED
    elif pages:
        result = Result.UNCHANGED
    else:
        result = Result.GONE if known else Result.ABSENT
    failures = task.failures + 1 if letters else 0
    if obsolete is not None:  # reported, but no failure: a retry in an hour would bring the same
        letters.append(_letter(obsolete))
    return Visit(
        task.nct_id,
        task.site,
        at,
        result,
        failures,
        next_visit_at(run.started_at, result, status or _last_status(known), failures, settings),
        # A failed search is repeated, but not for ever: the known pages must not fail with it.
        run.started_at + timedelta(days=settings.every_absent)
        if searched and (not failed or failures >= settings.gone_after)
        else task.search_due_at,
        context.exchanges,
        pages,
        letters,
        misses,
    )


def failed_visit(task: Task, error: Exception, *, run: Run, settings: Settings, at: datetime) -> Visit:
    """The visit in which an unexpected exception was raised.

    Args:
        task: which trial at which site.
        error: what was raised.
        run: the run that the visit is part of.
        settings: the intervals until the next visit.
        at: the moment.
    """
    mistake = internal_error(error)
    failures = task.failures + 1
    return Visit(
        task.nct_id,
        task.site,
        at,
        Result.FAILED,
        failures,
        retry_at(run.started_at, failures, settings),
        task.search_due_at,
        dead_letters=[Failure.of(mistake, None, None, REPORT_IT)],
    )


def _reading_of(attempt: Attempt, at: datetime) -> tuple[Attempt, NewReading | None]:
    """The attempt, and the reading of its page, where that was read and is whole."""
    if attempt.read_page is None or attempt.page is None:
        return attempt, None
    error: TrialPagesError
    if attempt.read_page.truncation is not None:
        # Nothing of a truncated page is saved: the effective record says more.
        error = Truncated(f"{attempt.url} breaks off: {attempt.read_page.truncation}")
    else:
        try:
            profile = PageProfile.of(attempt.read_page).to_json()
            return attempt, NewReading.of(
                attempt.read_page.record, attempt.page.url, attempt.page.fetched_at or at, profile
            )
        except Fatal:
            raise
        except Exception as exception:  # noqa: BLE001 - it costs the page alone
            error = internal_error(exception, url=attempt.page.url)
    return replace(attempt, read_page=None, page=None, exchange=None, error=error), None


def _last_status(known: Sequence[KnownPage]) -> str | None:
    return next((page.status for page in known if page.status), None)


def _letter(attempt: Attempt) -> Failure:
    error = attempt.error or TrialPagesError("it is not known what went wrong")
    return Failure.of(error, attempt.url, attempt.layout, advice(error))


def _missing(task: Task, page: KnownPage, misses: int, gone_after: int) -> Failure:
    error = NotFound(f"{page.url or task.nct_id} showed the trial and is not there any more ({misses} of {gone_after})")
    return Failure.of(error, page.url, f"{task.site}/{page.layout}", advice(error))
