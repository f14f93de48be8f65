"""The run: makes the visits that are due, all sites side by side, and saves each at once; then judges each layout."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Final

from scraper.cancellation import cancellation_as_error
from scraper.discovery.find import ask_registry
from scraper.discovery.result import DiscoveryResult
from scraper.discovery.site_search import NO_PAGES
from scraper.errors import Fatal, NotFound, TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import Clock
from scraper.fetch.context import FetchContext
from scraper.jobs.ending import end_run, mistake_letter
from scraper.jobs.judging import judge_layouts
from scraper.jobs.report import Report, report
from scraper.jobs.visit import failed_visit, visit
from scraper.layouts.candidate_urls import Hints, Lookup
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.sites import DEFAULT_SITES, REGISTRY
from scraper.store import runs
from scraper.store.clocks import wrong_clock
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, Failure
from scraper.store.due import KnownPage, Task, due_tasks, known_pages, requested_tasks
from scraper.store.lease import Lease
from scraper.store.run_statistics import registry_hints, trials_on_no_site
from scraper.store.runs import Run, SavedVisit, Visit

_TOGETHER: Final = 2
"""Visits under way at a site at once: while one waits for its turn there, the other is read and saved."""

_KNOWN_AT_ONCE: Final = 500
"""Trials of which the known pages are looked up by one query: enough to outweigh it, few enough for any list."""


class RunListener:
    """Is called while a run goes on; this one does nothing."""

    def begun(self, run: Run, planned: Mapping[str, int]) -> None:
        """A run began; `planned` is the number of tasks by site."""

    def wrong_clock(self, sentence: str) -> None:
        """Visits are dated in the future."""

    def visited(self, visit: Visit, saved: SavedVisit) -> None:
        """A visit was saved."""


async def scrape(
    database: Database,
    fetcher: Fetcher,
    settings: Settings,
    clock: Clock,
    *,
    sites: Iterable[str] = DEFAULT_SITES,
    everything: bool = False,
    only: Sequence[str] | None = None,
    index: Lookup = NO_PAGES,
    listener: RunListener | None = None,
) -> Report:
    """Make the visits that are due, save each as it comes, judge the layouts, and report.

    It can be killed at any moment: what was saved stays, and the next run resumes the rest. Whatever a page raises,
    unexpected exceptions included, is that page's failure, saved with its traceback; only `Fatal` errors end the run.

    Args:
        database: the store's.
        fetcher: asks for the pages.
        settings: intervals, the lease, and the limits of the drift guard.
        clock: time.
        sites: where to look.
        everything: also tasks that are not due.
        only: these trials in place of the watch list, due or not, also where a resumed run has just visited them.
        index: the pages that sitemaps name.
        listener: is called while the run goes on.

    Raises:
        scraper.store.lease.LeaseHeld: another run is under way.
        scraper.store.lease.LeaseLost: another run took over.
        scraper.store.database.StoreError: the store cannot be read or written.
        scraper.errors.ArchiveError: the archive cannot be written.
        scraper.errors.InternalError: the run has ended, and the program failed to make its report.
    """
    with Lease(database, clock, settings.lease).held() as still_ours:
        began = clock.monotonic()
        run = runs.begin(database, clock.now(), package_version(), everything=everything)
        early = clock.now() + timedelta(hours=settings.early_hours)
        runner = _QueueRunner(database, fetcher, settings, clock, run, index, still_ours, listener or RunListener())
        queues: dict[str, list[Task]] = {}
        for site in sites:
            with runner.noting(site=site):
                if only is not None:
                    queues[site] = requested_tasks(database, site, only)
                else:
                    queues[site] = due_tasks(
                        database,
                        site,
                        early,
                        now=run.started_at,
                        runs=run.run_ids,
                        visited_since=run.since,
                        everything=run.everything,
                    )
        wrong = None
        with runner.noting():
            wrong = wrong_clock(database, run.id, run.started_at, [*queues])
            if wrong is not None:
                runner.listener.wrong_clock(wrong)
        with runner.noting():
            runner.listener.begun(run, {site: len(tasks) for site, tasks in queues.items()})
        await runner.run_all(queues)
        still_ours()
        verdicts, unjudged = judge_layouts(database, run, settings)
        letters = [*runner.letters, *unjudged, *_nowhere(database, run)]
        return end_run(
            database, run, clock, began, verdicts=verdicts, letters=letters, report=report, wrong_clock=wrong
        )


@dataclass
class _QueueRunner:
    """Works off the task queues of one run, all sites side by side."""

    database: Database
    fetcher: Fetcher
    settings: Settings
    clock: Clock
    run: Run
    index: Lookup
    still_ours: Callable[[], None]
    listener: RunListener
    registry_visits: dict[str, asyncio.Event] = field(default_factory=dict)
    """Trials that the registry is visited for in this run; each is set when that is done."""
    registry_requests: dict[str, asyncio.Task[DiscoveryResult]] = field(default_factory=dict)
    """What the registry says about trials without a stored record, requested once for all sites."""
    letters: list[DeadLetter] = field(default_factory=list)
    """What failed beside the visits; it is saved at the end."""

    @contextmanager
    def noting(self, nct_id: str | None = None, site: str | None = None) -> Iterator[None]:
        """Make an unexpected exception in the block one more dead letter, and go on with the run.

        Args:
            nct_id: the trial that it concerns, if it is a single one.
            site: the site that it concerns, if it is a single one.
        """
        try:
            yield
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - a mistake beside the pages ends no run either
            self.letters.append(mistake_letter(error, nct_id, site))

    async def run_all(self, queues: Mapping[str, Sequence[Task]]) -> None:
        self.registry_visits = {task.nct_id: asyncio.Event() for task in queues.get(REGISTRY, ())}
        try:
            async with asyncio.TaskGroup() as group:
                for site, tasks in queues.items():
                    queue = self._with_known(site, tasks)
                    for _ in range(_TOGETHER):
                        group.create_task(self._work_off(queue))
        except BaseExceptionGroup as errors:
            # The first is why the others were stopped.
            raise errors.exceptions[0] from errors

    async def _work_off(self, tasks: Iterator[tuple[Task, Sequence[KnownPage] | None]]) -> None:
        for task, pages in tasks:
            try:
                # What cannot even be saved as a failure has no visit, and stays due.
                with self.noting(task.nct_id, task.site), cancellation_as_error():
                    made = await self._visited(task, pages)
                    self.still_ours()
                    made, saved = await asyncio.to_thread(self._saved, task, made)
                    self._call(made, saved)
            finally:
                if task.site == REGISTRY:
                    self.registry_visits[task.nct_id].set()

    async def _visited(self, task: Task, pages: Sequence[KnownPage] | None) -> Visit:
        """The visit, or a failed one where something unexpected is raised."""
        try:
            with cancellation_as_error():
                if pages is None:
                    pages = known_pages(self.database, task.site, [task.nct_id]).get(task.nct_id, ())
                return await visit(
                    self.fetcher,
                    task,
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
            return failed_visit(task, error, run=self.run, settings=self.settings, at=self.clock.now())

    def _saved(self, task: Task, made: Visit) -> tuple[Visit, SavedVisit]:
        """Save a visit; where the store refuses what it brought, save it as failed."""
        try:
            return made, runs.save_visit(self.database, self.run, made)
        except Fatal:
            raise
        except Exception as error:  # noqa: BLE001 - the same
            bare = failed_visit(task, error, run=self.run, settings=self.settings, at=made.at)
            return bare, runs.save_visit(self.database, self.run, bare)

    def _call(self, made: Visit, saved: SavedVisit) -> None:
        try:
            self.listener.visited(made, saved)
        except OSError as error:
            # Where the output is closed, as a pipe, that is noted once and not at every visit.
            self.listener = RunListener()
            self.letters.append(mistake_letter(error))

    def _with_known(self, site: str, tasks: Sequence[Task]) -> Iterator[tuple[Task, Sequence[KnownPage] | None]]:
        """Each task with its known pages; None where they must be looked up for the trial alone."""
        left = iter(tasks)
        while chunk := list(islice(left, _KNOWN_AT_ONCE)):
            try:
                pages = known_pages(self.database, site, [task.nct_id for task in chunk])
            except Fatal:
                raise
            except Exception:  # noqa: BLE001 - looked up one by one, only the trial that is to blame fails
                yield from ((task, None) for task in chunk)
                continue
            for task in chunk:
                yield task, pages.get(task.nct_id, ())

    async def _registry(self, nct_id: str) -> tuple[Hints, TrialPagesError | None]:
        if nct_id in self.registry_visits:
            await self.registry_visits[nct_id].wait()
        stored = await asyncio.to_thread(registry_hints, self.database, REGISTRY, nct_id)
        if stored is not None:
            return stored, None
        if nct_id not in self.registry_requests:
            request = ask_registry(self.fetcher, nct_id, FetchContext(archived_since=self.run.since))
            self.registry_requests[nct_id] = asyncio.create_task(request)
        result = await self.registry_requests[nct_id]
        failure = next((attempt.error for attempt in result.attempts if attempt.error is not None), None)
        return result.hints or Hints(nct_id), failure


def _nowhere(database: Database, run: Run) -> list[DeadLetter]:
    """A dead letter for each trial that no site shows."""
    letters = []
    try:
        for nct_id in trials_on_no_site(database, run, list(DEFAULT_SITES)):
            advice = f"see whether the number is right; if not: trialpages watch remove {nct_id}"
            letters.append(
                DeadLetter(nct_id, None, Failure.of(NotFound(f"no site shows {nct_id}"), None, None, advice))
            )
    except Fatal:
        raise
    except Exception as error:  # noqa: BLE001 - the run comes to its end all the same
        letters.append(mistake_letter(error))
    return letters
