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
from scraper.jobs.advice import advice
from scraper.jobs.drift.baseline import baseline
from scraper.jobs.drift.limits import Limits
from scraper.jobs.drift.profile import PageProfile
from scraper.jobs.drift.stats import RunStats
from scraper.jobs.drift.verdict import judge
from scraper.jobs.ending import end_run, mistake_letter
from scraper.jobs.health import health
from scraper.jobs.report import LayoutPages, Report, Trials
from scraper.jobs.reread import Comparison, Rereader, RereadPage
from scraper.layouts.layout import Layout
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.sites import LAYOUTS
from scraper.store import archived, runs
from scraper.store.archived import ArchivedPage
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter, Failure
from scraper.store.lease import Lease
from scraper.store.run_statistics import good_run_figures
from scraper.store.runs import NewReading, Run, Verdict
from scraper.store.tables import Ruling


@dataclass(frozen=True)
class ReextractResult:
    """What came of reading the archive again."""

    pages: int
    same: int
    different: int
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
    on_begin: Callable[[int], None] = lambda _: None,
    on_page: Callable[[Comparison], None] = lambda _: None,
) -> ReextractResult:
    """Read archived pages again, and let count what today's code makes of them.

    Of each trial, site and layout that page is read from which it was last read; where a later one was quarantined,
    that one, too. A reading is kept where the content, what the drift guard saw, or the program's version differs: so
    the next scrape need not read anew what has not changed.

    A layout that the drift guard does not find in order keeps what counts: nothing of it is written. Once a person
    has accepted it (`scraper.jobs.health.accept`), its figures are the new normal, and the next time it is. A layout
    that is quarantined already is lifted where today's code reads the quarantined pages as it should; else it
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
        on_begin: called once with the number of pages.
        on_page: called with the comparison of each page.

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
        run = run and replace(run, run_ids=(run.id,))
        layouts = {layout.key: _Layout(layout) for layout in LAYOUTS}
        targets = [
            target
            for target in archived.archived_pages(database)
            if target.key in layouts  # one that today's code does not know reads nothing
            and (not sites or target.site in sites)
            and (not only or target.nct_id in only)
        ]
        beside: list[DeadLetter] = []
        on_begin(len(targets))
        again = Rereader(database, archive, settings)
        tally = Counter[str]()
        async for page in again.read(targets):
            layouts[page.target.key].count(page)
            tally[page.comparison.outcome] += 1
            beside += _tell(on_page, page.comparison)
            still_ours()
        quarantined = {f"{entry.site}/{entry.layout}" for entry in health(database, 1) if entry.is_quarantined}
        for key, layout in layouts.items():
            try:
                layout.judge(database, settings, is_quarantined=key in quarantined, in_part=bool(only))
            except Fatal:
                raise
            except Exception as error:  # noqa: BLE001 - a mistake of the guard's costs the layout that it judged
                layout.leave(error)
                beside.append(mistake_letter(error, site=layout.layout.site, layout=key))
        report = None
        versions = 0
        if run is not None:
            for layout in layouts.values():
                for start in range(0, len(layout.to_write), 100):
                    chunk = layout.to_write[start : start + 100]
                    readings = [page.reading async for page in again.read(chunk) if page.reading is not None]
                    still_ours()
                    new, in_vain = await asyncio.to_thread(_kept, database, run, readings)
                    versions += new
                    beside += in_vain
            still_ours()
        letters = [letter for layout in layouts.values() for group in layout.groups for letter in group.letters]
        letters += beside
        if run is not None:
            # What was written counts from here on, all at once.
            report = end_run(
                database,
                run,
                clock,
                began,
                verdicts=[layout.verdict for layout in layouts.values() if layout.verdict is not None],
                letters=letters,
                report=lambda _, run, at: _report(
                    run, at, targets, [*layouts.values()], letters=letters, versions=versions
                ),
            )
        return ReextractResult(
            pages=len(targets),
            same=tally["same"],
            different=tally["different"],
            refused=tally["refused"],
            missing=tally["missing"],
            failures=len(letters),
            layouts=tuple(layout.pages for layout in layouts.values() if layout.pages is not None),
            report=report,
        )


def _tell(on_page: Callable[[Comparison], None], comparison: Comparison) -> list[DeadLetter]:
    """Tell of a page; what goes wrong with that, unless it is that the output cannot be written."""
    try:
        on_page(comparison)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - who listens in vain stops nothing
        return [mistake_letter(error, comparison.nct_id, comparison.site)]
    return []


def _kept(database: Database, run: Run, readings: Sequence[NewReading]) -> tuple[int, list[DeadLetter]]:
    """How many records were not there before, and what the store does not take: that is left as it was."""
    try:
        return runs.save_reread(database, run, readings), []
    except Fatal:
        raise
    except Exception as error:  # noqa: BLE001 - one by one, the page that is to blame fails alone
        if len(readings) == 1:
            record = readings[0].record
            return 0, [mistake_letter(error, record.trial.nct_id, record.source.site)]
    parts = [_kept(database, run, [reading]) for reading in readings]
    return sum(new for new, _ in parts), [letter for _, letters in parts for letter in letters]


@dataclass
class _Group:
    """Pages of one layout that are judged together."""

    targets: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    """What the same pages showed as they count."""
    letters: list[DeadLetter] = field(default_factory=list)
    to_write: list[ArchivedPage] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    """Trials that are read otherwise."""
    changes: int = 0
    anomalies: int = 0

    @property
    def stats(self) -> RunStats:
        return RunStats.of(
            ((PageProfile.from_json(text), times) for text, times in self.seen.items()), len(self.letters)
        )

    @property
    def before(self) -> RunStats:
        return RunStats.of((PageProfile.from_json(text), times) for text, times in self.counted.items())


@dataclass
class _Layout:
    """What was read again of one layout, and what the drift guard says of it."""

    layout: Layout
    current: _Group = field(default_factory=_Group)
    quarantined: _Group = field(default_factory=_Group)
    pages: LayoutPages | None = None
    """None where there are none."""
    verdict: Verdict | None = None
    """None also where the layout is left as it is."""
    groups: list[_Group] = field(default_factory=list)
    """The pages that it was judged by."""
    to_write: list[ArchivedPage] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether what is read off its pages may count."""
        return self.pages is None or self.pages.ruling is Ruling.GOOD

    def count(self, page: RereadPage) -> None:
        """Add a page."""
        target, comparison = page.target, page.comparison
        group = self.current if target.is_effective else self.quarantined
        group.targets += 1
        if comparison.error is not None:
            failure = Failure.of(comparison.error, target.url, target.key, advice(comparison.error))
            # All of them arrived once, and today's code does not understand them.
            group.letters.append(DeadLetter(target.nct_id, target.site, failure._replace(refused=True)))
        if page.reading is None:
            return
        group.seen[page.reading.seen] += 1
        if page.counted is not None:
            group.counted[page.counted] += 1
        if not page.is_known:
            group.to_write.append(target)
        if comparison.outcome == "different":
            group.kept.add(target.nct_id)
            group.changes += len(comparison.changes)
            group.anomalies += sum(anomaly is not None for anomaly in comparison.anomalies)

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

    def judge(self, database: Database, settings: Settings, *, is_quarantined: bool, in_part: bool) -> None:
        """Say what is to become of the layout.

        Args:
            database: the store's.
            settings: the limits.
            is_quarantined: the layout is quarantined before this run.
            in_part: only some of its trials were asked for.
        """
        before = baseline(good_run_figures(database, self.layout.site, self.layout.name), settings.drift_runs)
        limits = Limits.of(settings)

        def wrong(stats: RunStats, same: RunStats) -> list[str]:
            return [reason.text for reason in judge(self.layout, stats, before, limits, same)]

        # Quarantined pages are judged by themselves: among many good ones a few bad ones would pass.
        quarantined = self.quarantined.stats
        lifted = quarantined.pages > 0 and not wrong(quarantined, self.quarantined.before)
        stats = self.current.stats + quarantined if lifted else self.current.stats
        reasons = wrong(stats, self.current.before + self.quarantined.before if lifted else self.current.before)
        if is_quarantined and in_part:
            reasons = ["it is quarantined: that is lifted by all its pages, not by those of some trials"]
        elif is_quarantined and self.quarantined.targets and not lifted:
            stats, reasons = (
                quarantined,
                wrong(quarantined, self.quarantined.before)
                or ["the archive does not have the pages that were quarantined"],
            )
        elif reasons or stats.pages:
            ruling = Ruling.QUARANTINED if reasons else Ruling.GOOD
            self.verdict = Verdict(self.layout.site, self.layout.name, ruling, reasons, stats.to_json())
        if not self.current.targets + self.quarantined.targets:
            return
        self.pages = LayoutPages(
            site=self.layout.site,
            layout=self.layout.name,
            pages=stats.pages,
            refused=stats.refused,
            ruling=Ruling.QUARANTINED if reasons else Ruling.GOOD,
            reasons=tuple(reasons),
        )
        self.groups = [self.current, self.quarantined] if lifted else [self.current]
        if not reasons:
            superseded = {target.nct_id for target in self.quarantined.to_write} if lifted else set()
            self.to_write = [target for target in self.current.to_write if target.nct_id not in superseded]
            self.to_write += self.quarantined.to_write if lifted else []


def _report(
    run: Run,
    at: datetime,
    targets: Sequence[ArchivedPage],
    layouts: Sequence[_Layout],
    *,
    letters: Sequence[DeadLetter],
    versions: int,
) -> Report:
    good = [group for layout in layouts if layout.is_good for group in layout.groups]
    left = {layout.layout.key for layout in layouts if not layout.is_good}
    failed = {target.nct_id for target in targets if target.key in left} | {
        nct_id for nct_id, _, _ in letters if nct_id is not None
    }
    kept = {nct_id for group in good for nct_id in group.kept} - failed
    trials = {target.nct_id for target in targets}
    return Report(
        run=run.id,
        resumed=(),
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
        anomalies=sum(group.anomalies for group in good),
        failures=len(letters),
    )
