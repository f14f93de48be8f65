"""The report of a run: its trials and visits by result, its changes, and what a person must look at."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import cache
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from scraper.imports.entries import records_passed_over
from scraper.jobs.drift.stats import RunStats
from scraper.store.effective import has_ruling, is_effective, is_gone
from scraper.store.json import Json
from scraper.store.resumed_runs import RUN_IDS, superseded
from scraper.store.run_statistics import missing_pages
from scraper.store.runs import Run
from scraper.store.tables import CHANGES, FAILURES, MISSES, PAGES, READINGS, RUNS, VERDICTS, VISITS, Result, Ruling


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Trials(_Part):
    """Trials in = kept + unchanged + failed."""

    visited: int
    """Trials that were due at one site at least."""
    kept: int
    """Trials of which some page showed something new, and nothing failed."""
    unchanged: int
    """Trials of which nothing new was seen, and nothing failed."""
    failed: int
    """Trials with a failure at one site at least, or with quarantined pages, or that no site shows."""


class SiteVisits(_Part):
    """Visits = kept + unchanged + absent + gone + failed."""

    visits: int = 0
    kept: int = 0
    unchanged: int = 0
    absent: int = 0
    """The site does not show the trial."""
    gone: int = 0
    """The site showed it once, and does not any more."""
    failed: int = 0
    """Something failed, or the pages that the visit found, or missed, are quarantined."""


class LayoutPages(_Part):
    """The drift guard's verdict on one layout."""

    site: str
    layout: str
    pages: int
    """Pages that were read as this layout, now or when they last changed."""
    refused: int
    """Pages that should have been of this layout and were not understood."""
    ruling: Ruling
    reasons: tuple[str, ...]
    """Why it is quarantined."""
    missing: int = 0
    """Known pages that were not found."""


class ImportedPages(_Part):
    """Pages in = kept + unchanged + refused."""

    kept: int
    """Pages that were a new version."""
    unchanged: int
    """Pages that say what is known, or were here already."""
    refused: dict[str, int]
    """The others, by why: in two words, as in `no trial page`."""
    passed_over: dict[str, int] = {}
    """Records of the files that are no pages, by what they are."""

    def __str__(self) -> str:
        """The sum in one line: `2 pages in = 1 kept + 0 unchanged + 1 refused (1 no trial page)`."""
        refused = sum(self.refused.values())
        pages = self.kept + self.unchanged + refused
        why = f" ({', '.join(f'{number:,} {reason}' for reason, number in self.refused.items())})" if refused else ""
        return (
            f"{pages:,} page{'' if pages == 1 else 's'} in = {self.kept:,} kept + {self.unchanged:,} unchanged"
            f" + {refused:,} refused{why}{records_passed_over(self.passed_over)}"
        )


class TrialPage(_Part):
    """A page of a trial."""

    nct_id: str
    site: str
    layout: str


_OLD_NAMES: Final[Mapping[str, str]] = {"doubtful": "anomalies", "went_on_with": "resumed"}
"""Names that a report's figures had in stored reports of older versions."""


class Report(_Part):
    """One run, together with the interrupted runs that it resumed."""

    run: int
    resumed: tuple[int, ...]
    """The interrupted runs, the first one first."""
    first_started_at: datetime
    """When the first of them began: all that the report counts was seen since."""
    started_at: datetime
    ended_at: datetime
    trials: Trials
    sites: dict[str, SiteVisits]
    layouts: tuple[LayoutPages, ...]
    versions: int
    """New records with effective readings."""
    changes: int
    """Changes by effective readings."""
    anomalies: int
    """Improbable changes."""
    failures: int
    """Dead letters."""
    gone: tuple[TrialPage, ...] = ()
    """Pages that were missed so often that they are gone now."""
    returned: tuple[TrialPage, ...] = ()
    """Pages that had gone, and are there again."""
    took: float | None = None
    """Seconds from beginning to end, where the clock was set meanwhile, so that the dates do not say; else None."""
    clock: str | None = None
    """The warning about the clock; None where there is none."""
    imported: ImportedPages | None = None
    """What became of the pages of an import; None of another run."""

    @property
    def quarantined(self) -> tuple[LayoutPages, ...]:
        """The quarantined layouts."""
        return tuple(layout for layout in self.layouts if layout.ruling is Ruling.QUARANTINED)

    @property
    def exit_code(self) -> int:
        """0 where all is well, 1 where anything failed or is quarantined."""
        return 1 if self.failures or self.quarantined else 0

    def as_json(self) -> dict[str, Json]:
        """As the store and the JSON file hold it."""
        dumped: dict[str, Json] = self.model_dump(mode="json")
        return {**dumped, "exit_code": self.exit_code}

    @classmethod
    def from_json(cls, entry: dict[str, Json]) -> "Report":
        """The report that `as_json` gave, in this version of the program or an older one."""
        return cls.model_validate(
            {_OLD_NAMES.get(name, name): value for name, value in entry.items() if name != "exit_code"}
        )


def report(connection: sa.Connection, run: Run, at: datetime) -> Report:
    """The report of a run, made from what the store has of it.

    Args:
        connection: to the store's database.
        run: its visits and verdicts are saved.
        at: the moment at which it ends.
    """
    run_ids = run.run_ids
    queries = _queries(is_resuming=run.is_resuming)
    values = {"run_ids": run_ids, "run": run.id, "first": min(run_ids)}
    verdicts = connection.execute(queries.verdicts, values).all()
    layouts = tuple(
        LayoutPages(
            site=row.site,
            layout=row.layout,
            pages=stats.pages,
            refused=stats.refused,
            ruling=row.ruling,
            reasons=row.reasons,
            missing=stats.missing,
        )
        for row, stats in ((row, RunStats.from_json(row.stats)) for row in verdicts)
    )
    sites: dict[str, Counter[str]] = {}
    quarantined = _quarantined_visits(
        connection, run, [layout for layout in layouts if layout.ruling is Ruling.QUARANTINED]
    )
    for nct_id, site, result in connection.execute(queries.visits, values):
        line = sites.setdefault(site, Counter())
        line["visits"] += 1
        line[Result.FAILED if (nct_id, site) in quarantined else result] += 1
    changes, anomalies = connection.execute(queries.changes, values).one()
    versions = connection.execute(queries.versions, values).scalar_one()
    failures = connection.execute(queries.failures, values).scalar_one()
    first_started_at = connection.execute(queries.first_started_at, values).scalar_one()
    trials = _trials(connection, queries, values, {nct_id for nct_id, _ in quarantined})
    gone, returned = _gone_and_returned(connection, queries, values)
    return Report(
        run=run.id,
        resumed=tuple(sorted(run_ids[1:])),
        first_started_at=first_started_at,
        started_at=run.started_at,
        ended_at=at,
        trials=trials,
        sites={site: SiteVisits(**line) for site, line in sites.items()},
        layouts=layouts,
        versions=versions,
        changes=changes,
        anomalies=anomalies,
        failures=failures,
        gone=gone,
        returned=returned,
    )


def import_report(connection: sa.Connection, run: Run, at: datetime, pages: ImportedPages) -> Report:
    """The report of an import: its trials are those of the pages that it added or refused.

    Args:
        connection: to the store's database.
        run: its pages are saved.
        at: the moment at which it ends.
        pages: what became of them.
    """
    queries = _queries(is_resuming=False)
    values = {"run_ids": run.run_ids, "run": run.id, "first": run.id}
    added, renewed, failed = (
        {*connection.execute(query, values).scalars()} - {None}
        for query in (queries.added, queries.renewed, queries.failed)
    )
    trials = Trials(
        visited=len(added | failed),
        kept=len(renewed - failed),
        unchanged=len(added - renewed - failed),
        failed=len(failed),
    )
    changes, anomalies = connection.execute(queries.changes, values).one()
    return Report(
        run=run.id,
        resumed=(),
        first_started_at=run.started_at,
        started_at=run.started_at,
        ended_at=at,
        trials=trials,
        sites={},
        layouts=(),
        versions=connection.execute(queries.versions, values).scalar_one(),
        changes=changes,
        anomalies=anomalies,
        failures=connection.execute(queries.failures, values).scalar_one(),
        imported=pages,
    )


class _Queries(NamedTuple):
    """What a report asks for, built once: building takes longer than the database."""

    verdicts: sa.Select[Any]
    visits: sa.Select[Any]
    changes: sa.Select[int, int]
    versions: sa.Select[Any]
    added: sa.Select[Any]
    """The trials of which pages were read."""
    renewed: sa.Select[Any]
    """Those of which there are new versions."""
    failures: sa.Select[Any]
    first_started_at: sa.Select[Any]
    visited: sa.Select[Any]
    failed: sa.Select[Any]
    misses: sa.Select[Any]


_FIRST: Final[sa.BindParameter[int]] = sa.bindparam("first", type_=sa.Integer)
"""The first of the run and those that it resumes."""


@cache
def _queries(*, is_resuming: bool) -> _Queries:
    """The queries about a run of `RUN_IDS`; `goes_on` says whether that has several."""
    first = VISITS.alias()
    kept_before = sa.exists().where(
        first.c.run_id.in_(RUN_IDS),
        first.c.nct_id == VISITS.c.nct_id,
        first.c.site == VISITS.c.site,
        first.c.result == Result.KEPT,
    )
    # What was new when a visit was made first is new to the run that repeated it.
    came_to = sa.case(
        (sa.and_(VISITS.c.result == Result.UNCHANGED, kept_before), Result.KEPT.value), else_=VISITS.c.result
    ).label("came_to")
    visits = sa.select(VISITS.c.nct_id, VISITS.c.site, came_to).where(
        VISITS.c.run_id.in_(RUN_IDS), ~superseded(VISITS, is_resuming=is_resuming)
    )
    before = READINGS.alias()
    read = (READINGS.c.run_id.in_(RUN_IDS), is_effective())
    is_new = ~sa.exists().where(before.c.record_id == READINGS.c.record_id, before.c.run_id < _FIRST)
    return _Queries(
        verdicts=sa.select(VERDICTS)
        .where(VERDICTS.c.run_id == sa.bindparam("run"))
        .order_by(VERDICTS.c.site, VERDICTS.c.layout),
        visits=visits.order_by(VISITS.c.site),
        changes=sa.select(sa.func.count(), sa.func.count(CHANGES.c.doubt))
        .join(READINGS, READINGS.c.id == CHANGES.c.reading_id)
        .where(CHANGES.c.run_id.in_(RUN_IDS), is_effective()),
        versions=sa.select(sa.func.count(sa.distinct(READINGS.c.record_id))).where(*read, is_new),
        added=sa.select(READINGS.c.nct_id).distinct().where(*read),
        renewed=sa.select(READINGS.c.nct_id).distinct().where(*read, is_new),
        failures=sa.select(sa.func.count()).where(
            FAILURES.c.run_id.in_(RUN_IDS), ~superseded(FAILURES, is_resuming=is_resuming)
        ),
        first_started_at=sa.select(RUNS.c.started_at).where(RUNS.c.id == _FIRST),
        visited=sa.select(VISITS.c.nct_id, sa.func.max(sa.case((VISITS.c.result == Result.KEPT, 1), else_=0)))
        .where(VISITS.c.run_id.in_(RUN_IDS))
        .group_by(VISITS.c.nct_id),
        failed=sa.select(FAILURES.c.nct_id).where(
            FAILURES.c.run_id.in_(RUN_IDS), ~superseded(FAILURES, is_resuming=is_resuming)
        ),
        misses=_misses(),
    )


def _misses() -> sa.Select[Any]:
    """The pages that became gone, and those that came back."""
    page_key = (MISSES.c.nct_id, MISSES.c.site, MISSES.c.layout)
    last = sa.select(sa.func.max(MISSES.c.id)).where(MISSES.c.run_id.in_(RUN_IDS)).group_by(*page_key)
    earlier = MISSES.alias()
    before = sa.select(sa.func.max(earlier.c.id)).where(
        earlier.c.nct_id == MISSES.c.nct_id,
        earlier.c.site == MISSES.c.site,
        earlier.c.layout == MISSES.c.layout,
        earlier.c.run_id < _FIRST,
        # While a site is quarantined, no page goes or comes back.
        ~has_ruling(earlier.c.run_id, Ruling.QUARANTINED, of=earlier),
    )
    known = MISSES.alias()
    was_gone = sa.func.coalesce(known.c.gone, sa.false())
    return (
        sa.select(*page_key, MISSES.c.times)
        .select_from(MISSES)
        .outerjoin(known, known.c.id == before.scalar_subquery())
        .where(
            MISSES.c.id.in_(last),
            sa.or_(sa.and_(is_gone(), ~was_gone), sa.and_(MISSES.c.times == 0, was_gone)),
        )
        .order_by(*page_key)
    )


def _gone_and_returned(
    connection: sa.Connection, queries: _Queries, values: Mapping[str, Any]
) -> tuple[tuple[TrialPage, ...], tuple[TrialPage, ...]]:
    """The pages that became gone, and those that came back, by trial, site and layout."""
    gone: list[TrialPage] = []
    returned: list[TrialPage] = []
    for nct_id, site, layout, times in connection.execute(queries.misses, values):
        (gone if times else returned).append(TrialPage(nct_id=nct_id, site=site, layout=layout))
    return tuple(gone), tuple(returned)


def _quarantined_visits(connection: sa.Connection, run: Run, layouts: Sequence[LayoutPages]) -> set[tuple[str, str]]:
    """The trial and site of each page of these layouts that a run saw, or missed."""
    found: set[tuple[str, str]] = set()
    if not layouts:
        return found
    lost = missing_pages(is_resuming=run.is_resuming).subquery()
    for layout in layouts:
        seen = (
            sa.select(PAGES.c.nct_id, PAGES.c.site)
            .join(READINGS, READINGS.c.id == PAGES.c.reading_id)
            .where(
                PAGES.c.run_id.in_(RUN_IDS),
                ~superseded(PAGES, is_resuming=run.is_resuming),
                READINGS.c.site == layout.site,
                READINGS.c.layout == layout.layout,
            )
        )
        not_seen = sa.select(lost.c.nct_id, lost.c.site).where(
            lost.c.site == layout.site, lost.c.layout == layout.layout
        )
        rows = connection.execute(sa.union(seen, not_seen), {"run_ids": run.run_ids})
        found.update((row.nct_id, row.site) for row in rows)
    return found


def _trials(
    connection: sa.Connection, queries: _Queries, values: Mapping[str, Any], quarantined: AbstractSet[str]
) -> Trials:
    visited = connection.execute(queries.visited, values).all()
    failed = {*quarantined, *connection.execute(queries.failed, values).scalars()}
    fates = ["failed" if nct_id in failed else "kept" if kept else "unchanged" for nct_id, kept in visited]
    return Trials(
        visited=len(fates), kept=fates.count("kept"), unchanged=fates.count("unchanged"), failed=fates.count("failed")
    )
