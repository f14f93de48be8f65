"""The reextract job: reads the archived pages again with today's code, and makes the result effective.

Each page is read twice: first to compare it with the effective reading, so that the drift guard can judge each layout
before anything is saved; then once more where its reading is to be saved.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scraper.errors import Fatal
from scraper.fetch.archive.archive import Archive
from scraper.fetch.clock import Clock
from scraper.jobs.ending import end_run, mistake_letter
from scraper.jobs.health import health
from scraper.jobs.report import LayoutPages, Report, Trials
from scraper.jobs.reread import Comparison, Rereader
from scraper.jobs.reread_layout import LayoutReread
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.sites import LAYOUTS
from scraper.store import archived, runs
from scraper.store.archived import ArchivedPage
from scraper.store.database import Database
from scraper.store.dead_letters import DeadLetter
from scraper.store.lease import Lease
from scraper.store.readings import NewReading
from scraper.store.runs import Run
from scraper.store.tables import Ruling

_SAVED_AT_ONCE: Final = 100
"""Readings that are saved in one transaction: enough to outweigh it, few enough to let others write in between."""


@dataclass(frozen=True)
class ReextractResult:
    """The outcome of a reextract run."""

    pages: int
    same: int
    different: int
    refused: int
    """Pages that are not understood."""
    missing: int
    """Pages that the archive does not have."""
    imported: int
    """Those of them that were imported: they are read again by another import of their files."""
    failures: int
    """Dead letters; of quarantined pages that are refused still there is none."""
    layouts: tuple[LayoutPages, ...]
    """The drift guard's verdicts."""
    report: Report | None
    """Of the run; None in a dry run."""

    @property
    def exit_code(self) -> int:
        """0 where all is well, 1 where a page was not understood, or a layout stays as it was."""
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
    """Read archived pages again, and make effective what today's code reads.

    Of each trial, site and layout, the page of the effective reading is read, and the newest quarantined page where
    there is one. A reading is saved where its content, its profile or the program's version differs from the stored
    one: so the next scrape need not read pages that have not changed.

    A layout that the drift guard does not find good stays as it is: nothing of it is saved. After `health --accept` its
    statistics belong to the baseline, so that another reextract passes. A quarantine is lifted where today's code reads
    the quarantined pages well, and all trials are read.

    It can be killed at any moment: nothing is effective before the end, and the next one begins from the start.

    Args:
        database: the store's.
        archive: where the pages are.
        settings: the lease, and the limits of the drift guard.
        clock: time.
        dry_run: compare, and save nothing.
        sites: only these sites; empty means all.
        only: only these trials; empty means all.
        on_begin: called once with the number of pages.
        on_page: called with the comparison of each page.

    Raises:
        scraper.store.lease.LeaseHeld: a run is under way.
        scraper.store.lease.LeaseLost: another run took over.
        scraper.store.database.StoreError: the store cannot be read or written.
    """
    no_lease = nullcontext[Callable[[], None]](lambda: None)
    with no_lease if dry_run else Lease(database, clock, settings.lease).held() as still_ours:
        # An interrupted reextract is not resumed: another version of the program may have read its pages.
        began = clock.monotonic()
        run = None if dry_run else runs.begin(database, clock.now(), package_version(), kind="reextract")
        layouts = {layout.key: LayoutReread(layout) for layout in LAYOUTS}
        targets = [
            target
            for target in archived.archived_pages(database)
            if target.key in layouts  # today's code may not know the layout any more
            and (not sites or target.site in sites)
            and (not only or target.nct_id in only)
        ]
        other_letters: list[DeadLetter] = []
        on_begin(len(targets))
        rereader = Rereader(database, archive, settings)
        tally = Counter[str]()
        imported = 0
        async for page in rereader.read(targets):
            layouts[page.target.key].count(page)
            tally[page.comparison.outcome] += 1
            imported += page.comparison.outcome == "missing" and page.target.file is not None
            other_letters += _call(on_page, page.comparison)
            still_ours()
        quarantined = {f"{entry.site}/{entry.layout}" for entry in health(database, 1) if entry.is_quarantined}
        for key, layout in layouts.items():
            try:
                layout.judge(database, settings, is_quarantined=key in quarantined, in_part=bool(only))
            except Fatal:
                raise
            except Exception as error:  # noqa: BLE001 - a mistake of the guard's costs the layout that it judged
                layout.leave_unjudged(error)
                other_letters.append(mistake_letter(error, site=layout.layout.site, layout=key))
        report = None
        versions = 0
        if run is not None:
            for layout in layouts.values():
                for start in range(0, len(layout.to_save), _SAVED_AT_ONCE):
                    chunk = layout.to_save[start : start + _SAVED_AT_ONCE]
                    readings = [
                        (page.reading, page.target.observed_at)
                        async for page in rereader.read(chunk)
                        if page.reading is not None
                    ]
                    still_ours()
                    new, refused = await asyncio.to_thread(_saved, database, run, readings)
                    versions += new
                    other_letters += refused
            still_ours()
        letters = [letter for layout in layouts.values() for group in layout.groups for letter in group.letters]
        letters += other_letters
        if run is not None:
            # From here on all saved readings are effective, at once.
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
            imported=imported,
            failures=len(letters),
            layouts=tuple(layout.pages for layout in layouts.values() if layout.pages is not None),
            report=report,
        )


def _call(on_page: Callable[[Comparison], None], comparison: Comparison) -> list[DeadLetter]:
    """Call the listener; what it raises is a dead letter, unless the output cannot be written."""
    try:
        on_page(comparison)
    except OSError:
        raise
    except Exception as error:  # noqa: BLE001 - a listener's mistake does not end the run
        return [mistake_letter(error, comparison.nct_id, comparison.site)]
    return []


def _saved(
    database: Database, run: Run, readings: Sequence[tuple[NewReading, datetime]]
) -> tuple[int, list[DeadLetter]]:
    """Save readings: the number of new records, and dead letters of readings that the store refuses."""
    try:
        return runs.save_reread(database, run, readings), []
    except Fatal:
        raise
    except Exception as error:  # noqa: BLE001 - saved one by one, only the reading that is to blame fails
        if len(readings) == 1:
            record = readings[0][0].record
            return 0, [mistake_letter(error, record.trial.nct_id, record.source.site)]
    parts = [_saved(database, run, [reading]) for reading in readings]
    return sum(new for new, _ in parts), [letter for _, letters in parts for letter in letters]


def _report(
    run: Run,
    at: datetime,
    targets: Sequence[ArchivedPage],
    layouts: Sequence[LayoutReread],
    *,
    letters: Sequence[DeadLetter],
    versions: int,
) -> Report:
    good = [group for layout in layouts if layout.is_good for group in layout.groups]
    left = {layout.layout.key for layout in layouts if not layout.is_good}
    failed = {target.nct_id for target in targets if target.key in left} | {
        nct_id for nct_id, _, _ in letters if nct_id is not None
    }
    kept = {nct_id for group in good for nct_id in group.changed} - failed
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
