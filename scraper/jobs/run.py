"""The run: every visit that is due, site by site side by side, each kept at once; then each layout is judged."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Final

from schemas.vocabulary import Site
from scraper.errors import NotFound, TrialPagesError
from scraper.fetch.client import Fetcher
from scraper.fetch.clock import Clock
from scraper.fetch.errand import Errand
from scraper.finding import NO_PAGES, Findings, ask_registry
from scraper.jobs import drift
from scraper.jobs.drift import Stats
from scraper.jobs.health import quarantines
from scraper.jobs.report import Report, report
from scraper.jobs.visit import visit
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.sites import LAYOUTS, PLACES
from scraper.sites.places import Hints, Lookup
from scraper.store import runs
from scraper.store.database import Database
from scraper.store.due import Due, Known, asked, due, known
from scraper.store.lease import Lease
from scraper.store.runs import Failure, Kept, Run, Verdict, Visit
from scraper.store.surveys import baselines, missed, nowhere, registry_hints, shown, shown_before, truncated
from scraper.store.tables import Ruling

_TOGETHER: Final = 2
"""Visits under way at a site at once: while one waits for its turn there, the other is read and kept."""

_KNOWN_AT_ONCE: Final = 500
"""Trials of which the known pages are looked up by one query: enough to outweigh it, few enough for any list."""


class Told:
    """What a run tells while it goes on: nothing, unless somebody listens."""

    def begun(self, run: Run, planned: Mapping[str, int]) -> None:
        """A run began; so many visits each site is due."""

    def visited(self, visit: Visit, kept: Kept) -> None:
        """A visit was kept."""


async def scrape(
    database: Database,
    fetcher: Fetcher,
    settings: Settings,
    clock: Clock,
    *,
    sites: Iterable[Site] = tuple(PLACES),
    everything: bool = False,
    only: Sequence[str] | None = None,
    index: Lookup = NO_PAGES,
    told: Told | None = None,
) -> Report:
    """Visit what is due, keep every outcome as it comes, judge what came, and report.

    Kill it at any moment: what was kept is kept, and the next run goes on with the rest.

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
        OSError: the archive cannot be written.
    """
    with Lease(database, clock, settings.lease).held() as still_ours:
        run = runs.begin(database, clock.now(), package_version(), everything=everything)
        early = clock.now() + timedelta(hours=settings.early_hours)
        lanes: dict[Site, list[Due]] = {}
        for site in sites:
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
        told = told or Told()
        told.begun(run, {site: len(wishes) for site, wishes in lanes.items()})
        work = _Work(database, fetcher, settings, clock, run, index, still_ours, told)
        await work.through(lanes)
        still_ours()
        verdicts = _judged(database, run, settings)
        letters, at = _nowhere(database, run), clock.now()
        # All or nothing: who goes on with a run that was cut off here judges all of it anew.
        with database.writing() as connection:
            runs.rule(connection, run, at, verdicts)
            runs.note(connection, run, at, letters)
            result = report(connection, run, at)
            runs.end(connection, run, at, result.exit_code, result.as_json())
        return result


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
    asked: dict[str, asyncio.Task[Findings]] = field(default_factory=dict)
    """What the registry tells of trials that it has not shown, asked once for all sites."""

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

    async def _lane(self, wishes: Iterator[tuple[Due, Sequence[Known]]]) -> None:
        for wish, pages in wishes:
            try:
                made = await visit(
                    self.fetcher,
                    wish,
                    pages,
                    run=self.run,
                    registry=self._registry,
                    index=self.index,
                    settings=self.settings,
                    clock=self.clock,
                )
                self.still_ours()
                kept = await asyncio.to_thread(runs.keep, self.database, self.run, made)
                self.told.visited(made, kept)
            finally:
                if wish.site == Site.CTGOV:
                    self.registry[wish.nct_id].set()

    def _with_known(self, site: Site, wishes: Sequence[Due]) -> Iterator[tuple[Due, Sequence[Known]]]:
        left = iter(wishes)
        while chunk := list(islice(left, _KNOWN_AT_ONCE)):
            pages = known(self.database, site, [wish.nct_id for wish in chunk])
            for wish in chunk:
                yield wish, pages.get(wish.nct_id, ())

    async def _registry(self, nct_id: str) -> tuple[Hints, TrialPagesError | None]:
        if nct_id in self.registry:
            await self.registry[nct_id].wait()
        kept = await asyncio.to_thread(registry_hints, self.database, nct_id)
        if kept is not None:
            return kept, None
        if nct_id not in self.asked:
            asking = ask_registry(self.fetcher, nct_id, Errand(since=self.run.since))
            self.asked[nct_id] = asyncio.create_task(asking)
        findings = await self.asked[nct_id]
        failure = next((tried.error for tried in findings.tried if tried.error is not None), None)
        return findings.hints or Hints(nct_id), failure


def _judged(database: Database, run: Run, settings: Settings) -> list[Verdict]:
    """Whether each layout that showed itself in the run, or should have, is as it was before."""
    verdicts = []
    aside = quarantines(database)
    limits = drift.Limits(points=settings.drift_points, pages=settings.drift_pages)
    pages, refused = shown(database, run)
    lost, cut = missed(database, run), truncated(database, run)
    for layout in LAYOUTS:
        groups = [(drift.load(seen), count) for seen, count in pages.get(layout.key, ())]
        refusals, message = refused.get(layout.key, (0, ""))
        arrived = sum(count for _, count in groups) + refusals
        broken, how = cut.get(layout.key, (0, ""))
        # A few pages that break off tell of the connection. Where most do, the site may have renamed the line.
        if broken >= limits.pages and broken > arrived:
            refusals, message = refusals + broken, how
        stats = Stats.of(groups, refusals, lost.get(layout.key, 0))
        if not stats.asked:
            continue
        before = drift.baseline(baselines(database, layout.site, layout.name), settings.drift_runs)
        wrong = drift.judge(layout, stats, before, limits)
        if wrong and before:
            # What most runs need not know is looked up where something seems wrong.
            same = shown_before(database, run, layout.site, layout.name, good_runs=settings.drift_runs)
            then = Stats.of((drift.load(seen), count) for seen, count in same)
            wrong = drift.judge(layout, stats, before, limits, then)
        reasons = [
            # Where no page was understood, the guard has seen no label: the refusals say what they lack.
            f"{reason.text}: {message}" if reason.rule == "nothing" else reason.text
            for reason in wrong
        ]
        # A few of the pages that were put aside together may well pass by themselves, and those of other trials, too.
        asked = aside.get(layout.key, 0)
        if not reasons and 2 * stats.pages < asked:
            read = f"{stats.pages} page{'' if stats.pages == 1 else 's'}"
            reasons = [f"it is quarantined: that is lifted by half of its {asked} pages or more, not by {read}"]
        if not reasons and not stats.pages:
            continue  # a few pages that are missing say nothing of how the layout is read
        ruling = Ruling.QUARANTINED if reasons else Ruling.GOOD
        verdicts.append(Verdict(layout.site, layout.name, ruling, reasons, stats.to_json()))
    return verdicts


def _nowhere(database: Database, run: Run) -> list[tuple[str, Failure]]:
    """A dead letter for each trial that no site shows."""
    letters = []
    for nct_id in nowhere(database, run, [site.value for site in PLACES]):
        error = NotFound(f"no site shows {nct_id}")
        letters.append(
            (
                nct_id,
                Failure(
                    None,
                    None,
                    type(error).__name__,
                    str(error),
                    f"see whether the number is right; if not: trialpages watch remove {nct_id}",
                    refused=False,
                ),
            )
        )
    return letters
