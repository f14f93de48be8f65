"""The run: every visit that is due, site by site side by side, each kept at once; then each layout is judged."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Final

from schemas.vocabulary import Site
from scraper.cancellation import cancellation_as_error
from scraper.discovery.find import ask_registry
from scraper.discovery.result import DiscoveryResult
from scraper.discovery.site_search import NO_PAGES
from scraper.errors import Fatal, NotFound, TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import Clock
from scraper.fetch.context import FetchContext
from scraper.jobs.ending import ended, mistaken
from scraper.jobs.judging import judged
from scraper.jobs.report import Report, report
from scraper.jobs.visit import failed_visit, visit
from scraper.layouts.candidate_urls import Hints, Lookup
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.sites import CANDIDATE_URLS
from scraper.store import runs
from scraper.store.clocks import wrong_clock
from scraper.store.database import Database
from scraper.store.dead_letters import Failure, Letter
from scraper.store.due import Due, Known, asked, due, known
from scraper.store.lease import Lease
from scraper.store.run_statistics import nowhere, registry_hints
from scraper.store.runs import Kept, Run, Visit

_TOGETHER: Final = 2
"""Visits under way at a site at once: while one waits for its turn there, the other is read and kept."""

_KNOWN_AT_ONCE: Final = 500
"""Trials of which the known pages are looked up by one query: enough to outweigh it, few enough for any list."""


class Told:
    """What a run tells while it goes on: nothing, unless somebody listens."""

    def begun(self, run: Run, planned: Mapping[str, int]) -> None:
        """A run began; so many visits each site is due."""

    def wrong_clock(self, sentence: str) -> None:
        """Visits are dated in a time to come."""

    def visited(self, visit: Visit, kept: Kept) -> None:
        """A visit was kept."""


async def scrape(
    database: Database,
    fetcher: Fetcher,
    settings: Settings,
    clock: Clock,
    *,
    sites: Iterable[Site] = tuple(CANDIDATE_URLS),
    everything: bool = False,
    only: Sequence[str] | None = None,
    index: Lookup = NO_PAGES,
    told: Told | None = None,
) -> Report:
    """Visit what is due, keep every outcome as it comes, judge what came, and report.

    Kill it at any moment: what was kept is kept, and the next run goes on with the rest. Whatever a page raises, also
    what nobody foresaw, is that page's failure, kept with its traceback; only what is `Fatal` ends the run.

    Args:
        database: the store's.
        fetcher: asks for the pages.
        settings: intervals, the lease, and the limits of the drift guard.
        clock: time.
        sites: where to look.
        everything: also what is not due.
        only: these trials, watched or not, due or not, also where a run that was cut off has just visited them.
        index: the pages that sitemaps name.
        told: who is told while it goes on.

    Raises:
        scraper.store.lease.Held: another run is under way.
        scraper.store.lease.Lost: another run took over.
        scraper.store.database.StoreError: the store cannot be read or written.
        scraper.errors.ArchiveError: the archive cannot be written.
        scraper.errors.InternalError: the run has ended, and the program failed to make its report.
    """
    with Lease(database, clock, settings.lease).held() as still_ours:
        began = clock.monotonic()
        run = runs.begin(database, clock.now(), package_version(), everything=everything)
        early = clock.now() + timedelta(hours=settings.early_hours)
        work = _Work(database, fetcher, settings, clock, run, index, still_ours, told or Told())
        lanes: dict[Site, list[Due]] = {}
        for site in sites:
            with work.noting(site=site):
                if only is not None:
                    lanes[site] = asked(database, site, only)
                else:
                    lanes[site] = due(
                        database,
                        site,
                        early,
                        now=run.started_at,
                        runs=run.chain,
                        visited_since=run.since,
                        everything=run.everything,
                    )
        wrong = None
        with work.noting():
            wrong = wrong_clock(database, run.id, run.started_at, [*lanes])
            if wrong is not None:
                work.told.wrong_clock(wrong)
        with work.noting():
            work.told.begun(run, {site: len(wishes) for site, wishes in lanes.items()})
        await work.through(lanes)
        still_ours()
        verdicts, unjudged = judged(database, run, settings)
        letters = [*work.letters, *unjudged, *_nowhere(database, run)]
        return ended(database, run, clock, began, verdicts=verdicts, letters=letters, report=report, wrong_clock=wrong)


@dataclass
class _Work:
    """The lanes of one run."""

    database: Database
    fetcher: Fetcher
    settings: Settings
    clock: Clock
    run: Run
    index: Lookup
    still_ours: Callable[[], None]
    told: Told
    registry: dict[str, asyncio.Event] = field(default_factory=dict)
    """Trials that the registry is visited for in this run; each is set when that is done."""
    asked: dict[str, asyncio.Task[DiscoveryResult]] = field(default_factory=dict)
    """What the registry tells of trials that it has not shown, asked once for all sites."""
    letters: list[Letter] = field(default_factory=list)
    """What went wrong beside the visits; it is kept at the end."""

    @contextmanager
    def noting(self, nct_id: str | None = None, site: str | None = None) -> Iterator[None]:
        """Let what nobody foresaw in the block be one more dead letter, and the run go on.

        Args:
            nct_id: the trial that it concerns, if it is a single one.
            site: the site that it concerns, if it is a single one.
        """
        try:
            yield
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake beside the pages ends no run either
            self.letters.append(mistaken(error, nct_id, site))

    async def through(self, lanes: Mapping[Site, Sequence[Due]]) -> None:
        self.registry = {wish.nct_id: asyncio.Event() for wish in lanes.get(Site.CTGOV, ())}
        try:
            async with asyncio.TaskGroup() as group:
                for site, wishes in lanes.items():
                    lane = self._with_known(site, wishes)
                    for _ in range(_TOGETHER):
                        group.create_task(self._lane(lane))
        except BaseExceptionGroup as errors:
            # The first is why the others were stopped.
            raise errors.exceptions[0] from errors

    async def _lane(self, wishes: Iterator[tuple[Due, Sequence[Known] | None]]) -> None:
        for wish, pages in wishes:
            try:
                # What is not even kept as a failure has no visit, and is due again.
                with self.noting(wish.nct_id, wish.site), cancellation_as_error():
                    made = await self._made(wish, pages)
                    self.still_ours()
                    made, kept = await asyncio.to_thread(self._kept, wish, made)
                    self._tell(made, kept)
            finally:
                if wish.site == Site.CTGOV:
                    self.registry[wish.nct_id].set()

    async def _made(self, wish: Due, pages: Sequence[Known] | None) -> Visit:
        """The visit, whatever becomes of it."""
        try:
            with cancellation_as_error():
                if pages is None:
                    pages = known(self.database, wish.site, [wish.nct_id]).get(wish.nct_id, ())
                return await visit(
                    self.fetcher,
                    wish,
                    pages,
                    run=self.run,
                    registry=self._registry,
                    index=self.index,
                    settings=self.settings,
                    clock=self.clock,
                )
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - whatever one page raises costs that page alone
            return failed_visit(wish, error, run=self.run, settings=self.settings, at=self.clock.now())

    def _kept(self, wish: Due, made: Visit) -> tuple[Visit, Kept]:
        """The visit as it was kept: where the store does not take what it brought, as one that failed."""
        try:
            return made, runs.keep(self.database, self.run, made)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - the same
            bare = failed_visit(wish, error, run=self.run, settings=self.settings, at=made.at)
            return bare, runs.keep(self.database, self.run, bare)

    def _tell(self, made: Visit, kept: Kept) -> None:
        try:
            self.told.visited(made, kept)
        except OSError as error:
            # Where nobody reads any more, as in a pipe that was closed, it is noted once and not at every visit.
            self.told = Told()
            self.letters.append(mistaken(error))

    def _with_known(self, site: Site, wishes: Sequence[Due]) -> Iterator[tuple[Due, Sequence[Known] | None]]:
        """Each visit with the pages that are known; None where they must be looked up for the trial alone."""
        left = iter(wishes)
        while chunk := list(islice(left, _KNOWN_AT_ONCE)):
            try:
                pages = known(self.database, site, [wish.nct_id for wish in chunk])
            except Fatal:
                raise
            except Exception:  # noqa: BLE001 - one by one, the trial that is to blame fails alone
                yield from ((wish, None) for wish in chunk)
                continue
            for wish in chunk:
                yield wish, pages.get(wish.nct_id, ())

    async def _registry(self, nct_id: str) -> tuple[Hints, TrialPagesError | None]:
        if nct_id in self.registry:
            await self.registry[nct_id].wait()
        kept = await asyncio.to_thread(registry_hints, self.database, nct_id)
        if kept is not None:
            return kept, None
        if nct_id not in self.asked:
            asking = ask_registry(self.fetcher, nct_id, FetchContext(archived_since=self.run.since))
            self.asked[nct_id] = asyncio.create_task(asking)
        result = await self.asked[nct_id]
        failure = next((attempt.error for attempt in result.attempts if attempt.error is not None), None)
        return result.hints or Hints(nct_id), failure


def _nowhere(database: Database, run: Run) -> list[Letter]:
    """A dead letter for each trial that no site shows."""
    letters = []
    try:
        for nct_id in nowhere(database, run, [site.value for site in CANDIDATE_URLS]):
            advice = f"see whether the number is right; if not: trialpages watch remove {nct_id}"
            letters.append(Letter(nct_id, None, Failure.of(NotFound(f"no site shows {nct_id}"), None, None, advice)))
    except Fatal:
        raise
    except Exception as error:  # noqa: BLE001 - the run comes to its end all the same
        letters.append(mistaken(error))
    return letters
