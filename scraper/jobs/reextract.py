"""Archived pages through today's code: what it reads otherwise, and then that counts.

Each page that a trial was last read from is read twice: once to compare it with what counts, so that the drift guard
can judge each layout before anything is written, and once more where something is to be written.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from scraper.errors import Fatal
from scraper.fetch.archive.archive import Archive
from scraper.fetch.clock import Clock
from scraper.internal_errors import internal_error
from scraper.jobs import drift
from scraper.jobs.advice import advice
from scraper.jobs.drift import Stats
from scraper.jobs.ending import ended, mistaken
from scraper.jobs.health import health
from scraper.jobs.report import LayoutPages, Report, Trials
from scraper.jobs.reread import Again, Made, Reread
from scraper.layouts.layout import Layout
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.sites import LAYOUTS
from scraper.store import archived, runs
from scraper.store.archived import Place
from scraper.store.database import Database
from scraper.store.dead_letters import Failure, Letter
from scraper.store.lease import Lease
from scraper.store.run_statistics import baselines
from scraper.store.runs import Reading, Run, Verdict
from scraper.store.tables import Ruling


@dataclass(frozen=True)
class Outcome:
    """What came of reading the archive again."""

    pages: int
    alike: int
    otherwise: int
    refused: int
    """Pages that are not understood."""
    missing: int
    """Pages that the archive does not have."""
    failures: int
    """Those of the refused pages that were not put aside before."""
    layouts: tuple[LayoutPages, ...]
    """What the drift guard says of them."""
    report: Report | None
    """Of the run; None where nothing was to be written."""

    @property
    def exit_code(self) -> int:
        """0 where all is well, 1 where a page was not understood, or a layout is left as it was."""
        return 1 if self.failures or any(layout.ruling is Ruling.QUARANTINED for layout in self.layouts) else 0


async def reextract(
    database: Database,
    archive: Archive,
    settings: Settings,
    clock: Clock,
    *,
    dry_run: bool = False,
    sites: Collection[str] = (),
    only: Collection[str] = (),
    begun: Callable[[int], None] = lambda _: None,
    told: Callable[[Reread], None] = lambda _: None,
) -> Outcome:
    """Read archived pages again, and let count what today's code makes of them.

    Of each trial, site and layout that page is read from which it was last read; where a later one was put aside,
    that one, too. A reading is kept where the content, what the drift guard saw, or the program's version differs: so
    the next scrape need not read anew what has not changed.

    A layout that the drift guard does not find in order keeps what counts: nothing of it is written. Once a person
    has accepted it (`scraper.jobs.health.accept`), its figures are the new normal, and the next time it is. A layout
    that is quarantined already is lifted where today's code reads the pages that were put aside as it should; else it
    is left as it is, and so it is where only some trials are asked for.

    Kill it at any moment: nothing counts before the end, and the next one begins anew.

    Args:
        database: the store's.
        archive: where the pages are.
        settings: the lease, and the limits of the drift guard.
        clock: time.
        dry_run: compare alone, and write nothing.
        sites: these sites; all where none is named.
        only: these trials; all where none is named.
        begun: is told how many pages there are.
        told: is told what became of each.

    Raises:
        scraper.store.lease.Held: a run is under way.
        scraper.store.lease.Lost: another run took over.
        scraper.store.database.StoreError: the store cannot be read or written.
    """
    no_lease = nullcontext[Callable[[], None]](lambda: None)
    with no_lease if dry_run else Lease(database, clock, settings.lease).held() as still_ours:
        # What a run that was cut off has written is not gone on with: it may be another program's. Hence no chain.
        began = clock.monotonic()
        run = None if dry_run else runs.begin(database, clock.now(), package_version(), kind="reextract")
        run = run and replace(run, chain=(run.id,))
        layouts = {layout.key: _Layout(layout) for layout in LAYOUTS}
        places = [
            place
            for place in archived.places(database)
            if place.key in layouts  # one that today's code does not know reads nothing
            and (not sites or place.site in sites)
            and (not only or place.nct_id in only)
        ]
        beside: list[Letter] = []
        begun(len(places))
        again = Again(database, archive, settings)
        tally = Counter[str]()
        async for made in again.read(places):
            layouts[made.place.key].count(made)
            tally[made.reread.came_of] += 1
            beside += _tell(told, made.reread)
            still_ours()
        quarantined = {f"{entry.site}/{entry.layout}" for entry in health(database, 1) if entry.is_quarantined}
        for key, layout in layouts.items():
            try:
                layout.judge(database, settings, quarantined=key in quarantined, in_part=bool(only))
            except Fatal:
                raise
            except Exception as error:  # noqa: BLE001 - a mistake of the guard's costs the layout that it judged
                layout.leave(error)
                beside.append(mistaken(error, site=layout.layout.site, layout=key))
        report = None
        versions = 0
        if run is not None:
            for layout in layouts.values():
                for start in range(0, len(layout.to_write), 100):
                    chunk = layout.to_write[start : start + 100]
                    readings = [made.reading async for made in again.read(chunk) if made.reading is not None]
                    still_ours()
                    new, in_vain = await asyncio.to_thread(_kept, database, run, readings)
                    versions += new
                    beside += in_vain
            still_ours()
        letters = [letter for layout in layouts.values() for group in layout.groups for letter in group.letters]
        letters += beside
        if run is not None:
            # What was written counts from here on, all at once.
            report = ended(
                database,
                run,
                clock,
                began,
                verdicts=[layout.verdict for layout in layouts.values() if layout.verdict is not None],
                letters=letters,
                report=lambda _, run, at: _report(
                    run, at, places, [*layouts.values()], letters=letters, versions=versions
                ),
            )
        return Outcome(
            pages=len(places),
            alike=tally["alike"],
            otherwise=tally["otherwise"],
            refused=tally["refused"],
            missing=tally["missing"],
            failures=len(letters),
            layouts=tuple(layout.pages for layout in layouts.values() if layout.pages is not None),
            report=report,
        )


def _tell(told: Callable[[Reread], None], reread: Reread) -> list[Letter]:
    """Tell of a page; what goes wrong with that, unless it is that the output cannot be written."""
    try:
        told(reread)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - who listens in vain stops nothing
        return [mistaken(error, reread.nct_id, reread.site)]
    return []


def _kept(database: Database, run: Run, readings: Sequence[Reading]) -> tuple[int, list[Letter]]:
    """How many records were not there before, and what the store does not take: that is left as it was."""
    try:
        return runs.keep_again(database, run, readings), []
    except Fatal:
        raise
    except Exception as error:  # noqa: BLE001 - one by one, the page that is to blame fails alone
        if len(readings) == 1:
            record = readings[0].record
            return 0, [mistaken(error, record.trial.nct_id, record.source.site)]
    parts = [_kept(database, run, [reading]) for reading in readings]
    return sum(new for new, _ in parts), [letter for _, letters in parts for letter in letters]


@dataclass
class _Group:
    """Pages of one layout that are judged together."""

    places: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    """What the same pages showed as they count."""
    letters: list[Letter] = field(default_factory=list)
    to_write: list[Place] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    """Trials that are read otherwise."""
    changes: int = 0
    doubtful: int = 0

    @property
    def stats(self) -> Stats:
        return Stats.of(((drift.load(text), times) for text, times in self.seen.items()), len(self.letters))

    @property
    def before(self) -> Stats:
        return Stats.of((drift.load(text), times) for text, times in self.counted.items())


@dataclass
class _Layout:
    """What was read again of one layout, and what the drift guard says of it."""

    layout: Layout
    current: _Group = field(default_factory=_Group)
    aside: _Group = field(default_factory=_Group)
    pages: LayoutPages | None = None
    """None where there are none."""
    verdict: Verdict | None = None
    """None also where the layout is left as it is."""
    groups: list[_Group] = field(default_factory=list)
    """The pages that it was judged by."""
    to_write: list[Place] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether what is read off its pages may count."""
        return self.pages is None or self.pages.ruling is Ruling.GOOD

    def count(self, made: Made) -> None:
        """Add a page."""
        place, reread = made.place, made.reread
        group = self.aside if place.is_aside else self.current
        group.places += 1
        if reread.error is not None:
            failure = Failure.of(reread.error, place.url, place.key, advice(reread.error))
            # All of them arrived once, and today's code does not understand them.
            group.letters.append(Letter(place.nct_id, place.site, failure._replace(refused=True)))
        if made.reading is None:
            return
        group.seen[made.reading.seen] += 1
        if made.counted is not None:
            group.counted[made.counted] += 1
        if not made.is_known:
            group.to_write.append(place)
        if reread.came_of == "otherwise":
            group.kept.add(place.nct_id)
            group.changes += len(reread.changes)
            group.doubtful += sum(doubt is not None for doubt in reread.doubts)

    def leave(self, error: Exception) -> None:
        """Leave the layout as it is: it could not be judged."""
        self.groups, self.to_write, self.verdict = [self.current], [], None
        self.pages = LayoutPages(
            site=self.layout.site,
            layout=self.layout.name,
            pages=0,
            refused=0,
            ruling=Ruling.QUARANTINED,
            reasons=(f"it could not be judged: {internal_error(error)}",),
        )

    def judge(self, database: Database, settings: Settings, *, quarantined: bool, in_part: bool) -> None:
        """Say what is to become of the layout.

        Args:
            database: the store's.
            settings: the limits.
            quarantined: the layout is, by now.
            in_part: only some of its trials were asked for.
        """
        before = drift.baseline(baselines(database, self.layout.site, self.layout.name), settings.drift_runs)
        limits = drift.Limits(points=settings.drift_points, pages=settings.drift_pages)

        def wrong(stats: Stats, same: Stats) -> list[str]:
            return [reason.text for reason in drift.judge(self.layout, stats, before, limits, same)]

        # Pages that were put aside are judged by themselves: among many good ones a few bad ones would pass.
        aside = self.aside.stats
        lifted = aside.pages > 0 and not wrong(aside, self.aside.before)
        stats = self.current.stats + aside if lifted else self.current.stats
        reasons = wrong(stats, self.current.before + self.aside.before if lifted else self.current.before)
        if quarantined and in_part:
            reasons = ["it is quarantined: that is lifted by all its pages, not by those of some trials"]
        elif quarantined and self.aside.places and not lifted:
            stats, reasons = (
                aside,
                wrong(aside, self.aside.before) or ["the archive does not have the pages that were put aside"],
            )
        elif reasons or stats.pages:
            ruling = Ruling.QUARANTINED if reasons else Ruling.GOOD
            self.verdict = Verdict(self.layout.site, self.layout.name, ruling, reasons, stats.to_json())
        if not self.current.places + self.aside.places:
            return
        self.pages = LayoutPages(
            site=self.layout.site,
            layout=self.layout.name,
            pages=stats.pages,
            refused=stats.refused,
            ruling=Ruling.QUARANTINED if reasons else Ruling.GOOD,
            reasons=tuple(reasons),
        )
        self.groups = [self.current, self.aside] if lifted else [self.current]
        if not reasons:
            superseded = {place.nct_id for place in self.aside.to_write} if lifted else set()
            self.to_write = [place for place in self.current.to_write if place.nct_id not in superseded]
            self.to_write += self.aside.to_write if lifted else []


def _report(
    run: Run,
    at: datetime,
    places: Sequence[Place],
    layouts: Sequence[_Layout],
    *,
    letters: Sequence[Letter],
    versions: int,
) -> Report:
    good = [group for layout in layouts if layout.is_good for group in layout.groups]
    left = {layout.layout.key for layout in layouts if not layout.is_good}
    failed = {place.nct_id for place in places if place.key in left} | {
        nct_id for nct_id, _, _ in letters if nct_id is not None
    }
    kept = {nct_id for group in good for nct_id in group.kept} - failed
    trials = {place.nct_id for place in places}
    return Report(
        run=run.id,
        went_on_with=(),
        first_started_at=run.started_at,
        started_at=run.started_at,
        ended_at=at,
        trials=Trials(
            visited=len(trials), kept=len(kept), unchanged=len(trials) - len(kept) - len(failed), failed=len(failed)
        ),
        sites={},
        layouts=tuple(layout.pages for layout in layouts if layout.pages is not None),
        versions=versions,
        changes=sum(group.changes for group in good),
        doubtful=sum(group.doubtful for group in good),
        failures=len(letters),
    )
