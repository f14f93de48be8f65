"""Archived pages through today's code: what it reads otherwise, and then that counts.

Each page that a trial was last read from is read twice: once to compare it with what counts, so that the drift guard
can judge each layout before anything is written, and once more where something is to be written.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, NamedTuple

from schemas.record import Record
from scraper.errors import FetchError, TrialPagesError, Truncated, UnknownLayout
from scraper.fetch.archive import Archive
from scraper.fetch.clock import Clock
from scraper.fetch.exchange import Damaged, decoded
from scraper.fetch.warc import Unreadable
from scraper.finding import surveyed
from scraper.jobs import drift
from scraper.jobs.advice import advice
from scraper.jobs.drift import Stats
from scraper.jobs.health import health
from scraper.jobs.report import LayoutPages, Report, Trials
from scraper.page import Page
from scraper.pipeline import package_version
from scraper.settings import Settings
from scraper.sites import LAYOUTS
from scraper.sites.layout import Layout
from scraper.store import archived, runs
from scraper.store.archived import Counted, Held, Place
from scraper.store.changes import Change, changes
from scraper.store.database import Database
from scraper.store.doubts import doubts
from scraper.store.lease import Lease
from scraper.store.runs import Failure, Reading, Run, Verdict
from scraper.store.surveys import baselines
from scraper.store.tables import Ruling


class Reread(NamedTuple):
    """What today's code makes of one page."""

    nct_id: str
    site: str
    layout: str
    url: str | None
    came_of: Literal["alike", "otherwise", "refused", "missing"]
    """It reads as what counts, or otherwise; it is not understood; the archive does not have it."""
    cause: Literal["code", "page"]
    """Why it may read otherwise: `page` where it was put aside and is another page than the one that counts."""
    changes: Sequence[Change] = ()
    """What differs from the record that counts."""
    doubts: Sequence[str | None] = ()
    """Why each of them is improbable."""
    error: TrialPagesError | None = None
    """Why it is not understood."""


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
    archive: Archive | None,
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
        archive: where the pages are; None where there is none.
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
        begun(len(places))
        again = _Again(database, archive, settings)
        tally = Counter[str]()
        async for made in again.read(places):
            layouts[made.place.key].count(made)
            tally[made.reread.came_of] += 1
            told(made.reread)
            still_ours()
        quarantined = {f"{entry.site}/{entry.layout}" for entry in health(database, 1) if entry.is_quarantined}
        for key, layout in layouts.items():
            layout.judge(database, settings, quarantined=key in quarantined, in_part=bool(only))
        letters = [letter for layout in layouts.values() for group in layout.groups for letter in group.letters]
        report = None
        if run is not None:
            versions = 0
            for layout in layouts.values():
                for start in range(0, len(layout.to_write), 100):
                    chunk = layout.to_write[start : start + 100]
                    readings = [made.reading async for made in again.read(chunk) if made.reading is not None]
                    still_ours()
                    versions += await asyncio.to_thread(runs.keep_again, database, run, readings)
            still_ours()
            report = _report(run, clock.now(), places, [*layouts.values()], versions)
            verdicts = [layout.verdict for layout in layouts.values() if layout.verdict is not None]
            # What was written counts from here on, all at once.
            with database.writing() as connection:
                runs.rule(connection, run, report.ended_at, verdicts)
                runs.fail(connection, run, report.ended_at, letters)
                runs.end(connection, run, report.ended_at, report.exit_code, report.as_json())
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


class _Made(NamedTuple):
    """What today's code made of a page."""

    place: Place
    reread: Reread
    reading: Reading | None = None
    """None where there is no page, or it is not understood."""
    counted: str | None = None
    """What the page that counts showed, for the drift guard; None where none does."""
    is_known: bool = False
    """To keep the reading would tell nothing that the last one does not."""


class _Again:
    """Reads archived pages by today's code.

    Args:
        database: the store's; it knows where in the archive a page is, and what counts.
        archive: None where there is none.
        settings: how large a page may be.
    """

    def __init__(self, database: Database, archive: Archive | None, settings: Settings) -> None:
        self._database = database
        self._archive = archive
        self._settings = settings

    async def read(self, places: Sequence[Place]) -> AsyncIterator[_Made]:
        """What each page shows."""
        for start in range(0, len(places), 200):
            chunk = places[start : start + 200]
            exchanges, records = archived.held(self._database, chunk)
            for place in chunk:
                counted = None if place.current_id is None else records[place.current_id]
                yield await self._made(place, exchanges.get(place.reading_id), counted)

    async def _made(self, place: Place, exchange: Held | None, counted: Counted | None) -> _Made:
        cause: Literal["code", "page"] = "code" if counted is not None and counted.sha256 == place.sha256 else "page"
        told = Reread(place.nct_id, place.site, place.layout, place.url, "alike", cause)
        page = None if exchange is None else self._page(place, exchange)
        if page is None:
            return _Made(place, told._replace(came_of="missing"))
        try:
            survey = await surveyed(page)
            record = survey.record
            shows = f"{record.source.site}/{record.source.layout} of {record.trial.nct_id}"
            if shows != f"{place.key} of {place.nct_id}":
                raise UnknownLayout(f"it is read as {shows}, not as {place.key} of {place.nct_id}")
            if survey.truncation is not None:
                raise Truncated(f"{place.url} breaks off: {survey.truncation}")
        except TrialPagesError as error:
            return _Made(place, told._replace(came_of="refused", error=error))
        reading = Reading.of(record, place.url, place.seen_at, drift.dump(drift.seen(survey)))
        if counted is None:
            return _Made(place, told._replace(came_of="otherwise"), reading)
        before = record if counted.content_hash == reading.content_hash else Record.model_validate(counted.record)
        if before is not record and (found := changes(before, record)):
            why = doubts(found, before, record, place.seen_at)
            told = told._replace(came_of="otherwise", changes=found, doubts=why)
            return _Made(place, told, reading, counted.seen)
        same = (counted.sha256, counted.package_version, counted.seen) == (
            place.sha256,
            package_version(),
            reading.seen,
        )
        return _Made(place, told, reading, counted.seen, is_known=same and place.is_last)

    def _page(self, place: Place, exchange: Held) -> Page | None:
        """A page from the archive; None where it is not there any more, or not as it was."""
        if self._archive is None:
            return None
        copies = self._archive.copies(exchange.url)
        copy = next((copy for copy in copies if (copy.file, copy.start) == (exchange.file, exchange.start)), None)
        if copy is None:
            return None
        try:
            answer = self._archive.read(copy)
            page = Page(decoded(answer, self._settings.body_limit), place.url, place.seen_at, answer.charset)
        except (Unreadable, Damaged, FetchError):
            return None
        return page if page.sha256 == place.sha256 else None


@dataclass
class _Group:
    """Pages of one layout that are judged together."""

    places: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    counted: Counter[str] = field(default_factory=Counter)
    """What the same pages showed as they count."""
    letters: list[tuple[str, str, Failure]] = field(default_factory=list)
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

    def count(self, made: _Made) -> None:
        """Add a page."""
        place, reread = made.place, made.reread
        group = self.aside if place.is_aside else self.current
        group.places += 1
        if reread.error is not None:
            kind, text, letter = type(reread.error).__name__, str(reread.error), advice(reread.error)
            failure = Failure(place.url, place.key, kind, text, letter, refused=True)
            group.letters.append((place.nct_id, place.site, failure))
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


def _report(run: Run, at: datetime, places: Sequence[Place], layouts: Sequence[_Layout], versions: int) -> Report:
    letters = [letter for layout in layouts for group in layout.groups for letter in group.letters]
    good = [group for layout in layouts if layout.is_good for group in layout.groups]
    left = {layout.layout.key for layout in layouts if not layout.is_good}
    failed = {place.nct_id for place in places if place.key in left} | {nct_id for nct_id, _, _ in letters}
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
