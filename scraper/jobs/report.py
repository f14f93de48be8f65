"""The report of a run: what was due, what became of it, what changed, what a person must look at."""

from datetime import datetime

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict

from scraper.jobs.drift import Stats
from scraper.store.current import counts
from scraper.store.json import Json
from scraper.store.runs import Run, made_again
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
    """Trials with a failure at one site at least, or with pages that were put aside, or that no site shows."""


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


class LayoutPages(_Part):
    """What the drift guard says of one layout."""

    site: str
    layout: str
    pages: int
    """Pages that were read as this layout, now or when they last changed."""
    refused: int
    """Pages that should have been of this layout and were not understood."""
    ruling: Ruling
    reasons: tuple[str, ...]
    """Why it is quarantined."""


class TrialPage(_Part):
    """A page of a trial."""

    nct_id: str
    site: str
    layout: str


class Report(_Part):
    """One run, and those that were cut off before it and that it went on with."""

    run: int
    went_on_with: tuple[int, ...]
    first_started_at: datetime
    """When the first of them began: nothing that the report counts was seen before."""
    started_at: datetime
    ended_at: datetime
    trials: Trials
    sites: dict[str, SiteVisits]
    layouts: tuple[LayoutPages, ...]
    versions: int
    """Records that were not there before."""
    changes: int
    """Fields that changed, of what counts."""
    doubtful: int
    """Those of them that are improbable."""
    failures: int
    """Dead letters."""
    gone: tuple[TrialPage, ...] = ()
    """Pages that were missing so often by now that they count as gone."""
    returned: tuple[TrialPage, ...] = ()
    """Pages that had gone, and are there again."""

    @property
    def quarantined(self) -> tuple[LayoutPages, ...]:
        """The layouts whose pages were put aside."""
        return tuple(layout for layout in self.layouts if layout.ruling is Ruling.QUARANTINED)

    @property
    def exit_code(self) -> int:
        """0 where all is well, 1 where anything failed or was put aside."""
        return 1 if self.failures or self.quarantined else 0

    def as_json(self) -> dict[str, Json]:
        """As the store and the JSON file hold it."""
        dumped: dict[str, Json] = self.model_dump(mode="json")
        return {**dumped, "exit_code": self.exit_code}

    @classmethod
    def from_json(cls, entry: dict[str, Json]) -> "Report":
        """The report that `as_json` gave."""
        return cls.model_validate({name: value for name, value in entry.items() if name != "exit_code"})


def report(connection: sa.Connection, run: Run, at: datetime) -> Report:
    """What a run came to, told from what was kept of it.

    Args:
        connection: to the store's database.
        run: judged, all its visits kept.
        at: the moment at which it ends.
    """
    chain = run.chain
    verdicts = connection.execute(
        sa.select(VERDICTS).where(VERDICTS.c.run_id == run.id).order_by(VERDICTS.c.site, VERDICTS.c.layout)
    ).all()
    layouts = tuple(
        LayoutPages(
            site=row.site,
            layout=row.layout,
            pages=stats.pages,
            refused=stats.refused,
            ruling=row.ruling,
            reasons=row.reasons,
        )
        for row, stats in ((row, Stats.from_json(row.stats)) for row in verdicts)
    )
    sites: dict[str, dict[str, int]] = {}
    first = VISITS.alias()
    kept_before = sa.exists().where(
        first.c.run_id.in_(chain),
        first.c.nct_id == VISITS.c.nct_id,
        first.c.site == VISITS.c.site,
        first.c.result == Result.KEPT,
    )
    # What was new when a visit was made first is new to the run that made it again.
    came_to = sa.case(
        (sa.and_(VISITS.c.result == Result.UNCHANGED, kept_before), Result.KEPT.value), else_=VISITS.c.result
    ).label("came_to")
    visits = sa.select(VISITS.c.site, came_to).where(VISITS.c.run_id.in_(chain), ~made_again(VISITS, chain)).subquery()
    for site, result, number in connection.execute(
        sa.select(visits.c.site, visits.c.came_to, sa.func.count())
        .group_by(visits.c.site, visits.c.came_to)
        .order_by(visits.c.site)
    ):
        line = sites.setdefault(site, {"visits": 0})
        line[result] = number
        line["visits"] += number
    changed = (
        sa.select(sa.func.count(), sa.func.count(CHANGES.c.doubt))
        .join(READINGS, READINGS.c.id == CHANGES.c.reading_id)
        .where(CHANGES.c.run_id.in_(chain), counts())
    )
    changes, doubtful = connection.execute(changed).one()
    before = READINGS.alias()
    versions = connection.execute(
        sa.select(sa.func.count(sa.distinct(READINGS.c.record_id))).where(
            READINGS.c.run_id.in_(chain),
            ~sa.exists().where(before.c.record_id == READINGS.c.record_id, before.c.run_id < min(chain)),
        )
    ).scalar_one()
    failures = connection.execute(
        sa.select(sa.func.count()).where(FAILURES.c.run_id.in_(chain), ~made_again(FAILURES, chain))
    ).scalar_one()
    first_started_at = connection.execute(sa.select(RUNS.c.started_at).where(RUNS.c.id == min(chain))).scalar_one()
    trials = _trials(connection, run, layouts)
    gone, returned = _gone_and_returned(connection, run)
    return Report(
        run=run.id,
        went_on_with=tuple(sorted(chain[1:])),
        first_started_at=first_started_at,
        started_at=run.started_at,
        ended_at=at,
        trials=trials,
        sites={site: SiteVisits(**line) for site, line in sites.items()},
        layouts=layouts,
        versions=versions,
        changes=changes,
        doubtful=doubtful,
        failures=failures,
        gone=gone,
        returned=returned,
    )


def _gone_and_returned(connection: sa.Connection, run: Run) -> tuple[tuple[TrialPage, ...], tuple[TrialPage, ...]]:
    """The pages that became gone, and those that came back, by trial, site and layout."""
    place = (MISSES.c.nct_id, MISSES.c.site, MISSES.c.layout)
    last = sa.select(sa.func.max(MISSES.c.id)).where(MISSES.c.run_id.in_(run.chain)).group_by(*place)
    earlier = MISSES.alias()
    before = sa.select(sa.func.max(earlier.c.id)).where(
        earlier.c.nct_id == MISSES.c.nct_id,
        earlier.c.site == MISSES.c.site,
        earlier.c.layout == MISSES.c.layout,
        earlier.c.run_id < min(run.chain),
    )
    known = MISSES.alias()
    query = (
        sa.select(*place, MISSES.c.gone)
        .select_from(MISSES)
        .outerjoin(known, known.c.id == before.scalar_subquery())
        .where(MISSES.c.id.in_(last), MISSES.c.gone != sa.func.coalesce(known.c.gone, sa.false()))
        .order_by(*place)
    )
    pages: dict[bool, list[TrialPage]] = {True: [], False: []}
    for nct_id, site, layout, is_gone in connection.execute(query):
        pages[is_gone].append(TrialPage(nct_id=nct_id, site=site, layout=layout))
    return tuple(pages[True]), tuple(pages[False])


def _trials(connection: sa.Connection, run: Run, layouts: tuple[LayoutPages, ...]) -> Trials:
    visited = connection.execute(
        sa.select(VISITS.c.nct_id, sa.func.max(sa.case((VISITS.c.result == Result.KEPT, 1), else_=0)))
        .where(VISITS.c.run_id.in_(run.chain))
        .group_by(VISITS.c.nct_id)
    ).all()
    letters = sa.select(FAILURES.c.nct_id).where(FAILURES.c.run_id.in_(run.chain), ~made_again(FAILURES, run.chain))
    failed = set(connection.execute(letters).scalars())
    for layout in layouts:
        if layout.ruling is Ruling.QUARANTINED:
            failed.update(
                connection.execute(
                    sa.select(PAGES.c.nct_id)
                    .join(READINGS, READINGS.c.id == PAGES.c.reading_id)
                    .where(
                        PAGES.c.run_id.in_(run.chain),
                        ~made_again(PAGES, run.chain),
                        READINGS.c.site == layout.site,
                        READINGS.c.layout == layout.layout,
                    )
                ).scalars()
            )
    fates = ["failed" if nct_id in failed else "kept" if kept else "unchanged" for nct_id, kept in visited]
    return Trials(
        visited=len(fates), kept=fates.count("kept"), unchanged=fates.count("unchanged"), failed=fates.count("failed")
    )
