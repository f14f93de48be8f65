"""What is due: a task for each trial and site, and the pages that are known of the trial there."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from scraper.fetch.clock import CLOCKS_DIFFER
from scraper.fetch.context import Validators
from scraper.store.clocks import is_ahead
from scraper.store.database import Database
from scraper.store.effective import current_readings, is_gone, is_live, last_observed
from scraper.store.tables import MISSES, PAGES, READINGS, VERDICTS, VISITS, Ruling
from scraper.store.watch import on_the_list

# What is executed by each run for each site is built once: building takes longer than the database.
_SITE = sa.bindparam("site", type_=sa.Text)


class Task(NamedTuple):
    """One trial to visit at one site."""

    nct_id: str
    site: str
    failures: int = 0
    """Failed visits in a row, up to now."""
    search_due_at: datetime | None = None
    """When the site is next searched for more than the known pages; None: at once."""
    refetch: bool = False
    """Whether to fetch anew what is archived, even where the run that it resumes has just fetched it."""


class KnownPage(NamedTuple):
    """A page that showed a trial when it was last seen."""

    layout: str
    url: str | None
    """None where it is not known, as of some bundled cases."""
    sha256: str
    validators: Validators
    reading_id: int
    """Its newest reading."""
    package_version: str
    """The version of the program that read it."""
    status: str | None
    """Of the trial."""
    observed_at: datetime
    """When it was last seen, in the order of observations."""
    is_current: bool
    """Whether the reading is the current one: it is effective, and no page that was captured later was imported."""
    misses: int
    """Visits in a row, up to now, that did not find it."""
    is_gone: bool
    """Whether it was missed so often that it is gone (`gone_after`)."""


def due_tasks(
    database: Database,
    site: str,
    before: datetime,
    *,
    now: datetime,
    runs: Collection[int],
    visited_since: datetime,
    everything: bool = False,
) -> list[Task]:
    """The due tasks of a site: of watched trials, by priority, then the longest overdue first.

    Args:
        database: the store's.
        site: its key.
        before: tasks due then or earlier.
        now: the moment.
        runs: this run, and those that it resumes.
        visited_since: visits of these runs since then are not repeated, unless they are due again by now.
        everything: also tasks that are not due.
    """
    values = {"site": site, "before": before, "now": now, "runs": [*runs], "visited_since": visited_since}
    values["latest"] = now + CLOCKS_DIFFER
    with database.read_transaction() as connection:
        return [Task(*row) for row in connection.execute(_due_query(everything=everything), values)]


@cache
def _due_query(*, everything: bool) -> sa.Select[tuple[Any, ...]]:
    """The query of `due`."""
    watch = on_the_list().subquery()
    runs: sa.BindParameter[list[int]] = sa.bindparam("runs", expanding=True)
    # Looked up trial by trial: a scan of all visits would take longer with every run.
    earlier = VISITS.alias()
    newest_visit = sa.select(sa.func.max(earlier.c.id)).where(
        earlier.c.nct_id == watch.c.nct_id, earlier.c.site == _SITE
    )
    visit = VISITS.alias()
    ahead = is_ahead(visit, sa.bindparam("latest"))
    query = (
        sa.select(
            watch.c.nct_id,
            _SITE,
            sa.func.coalesce(visit.c.failures, 0),
            visit.c.look_at,
            sa.func.coalesce(visit.c.run_id.in_(runs), sa.false()),
        )
        .select_from(watch)
        .outerjoin(visit, visit.c.id == newest_visit.scalar_subquery())
        .where(
            sa.or_(
                visit.c.id.is_(None),
                ahead,
                visit.c.at < sa.bindparam("visited_since"),
                visit.c.run_id.not_in(runs),
                visit.c.due_at <= sa.bindparam("now"),
            )
        )
        .order_by(watch.c.priority.desc(), visit.c.due_at.asc().nulls_first(), watch.c.nct_id)
    )
    if not everything:
        # A quarantined page is due in every run, so that the run in which the site is in order again sees it.
        newest = sa.select(sa.func.max(VERDICTS.c.id)).group_by(VERDICTS.c.run_id, VERDICTS.c.site, VERDICTS.c.layout)
        quarantined = sa.exists().where(
            VERDICTS.c.run_id == visit.c.run_id,
            VERDICTS.c.site == _SITE,
            VERDICTS.c.ruling == Ruling.QUARANTINED,
            VERDICTS.c.id.in_(newest),
        )
        query = query.where(sa.or_(visit.c.id.is_(None), visit.c.due_at <= sa.bindparam("before"), quarantined, ahead))
    return query


def requested_tasks(database: Database, site: str, nct_ids: Iterable[str]) -> list[Task]:
    """The tasks of trials that a user names, watched or not, due or not, just visited or not.

    Args:
        database: the store's.
        site: its key.
        nct_ids: the trials, in the order of the visits.
    """
    latest = sa.select(sa.func.max(VISITS.c.id)).where(VISITS.c.site == site).group_by(VISITS.c.nct_id)
    with database.read_transaction() as connection:
        visits = {row.nct_id: row for row in connection.execute(sa.select(VISITS).where(VISITS.c.id.in_(latest)))}
    tasks = []
    for nct_id in dict.fromkeys(nct_ids):
        visit = visits.get(nct_id)
        failures, look_at = (0, None) if visit is None else (visit.failures, visit.look_at)
        tasks.append(Task(nct_id, site, failures, look_at, refetch=True))
    return tasks


def known_pages(database: Database, site: str, nct_ids: Sequence[str]) -> Mapping[str, list[KnownPage]]:
    """The pages of at most 1,000 trials that a site itself showed, with their newest readings, effective or not."""
    values = {"site": site, "nct_ids": [*nct_ids]}
    found: dict[str, list[KnownPage]] = {}
    with database.read_transaction() as connection:
        last_seen, are_current = _known_queries()
        current = {*connection.execute(are_current, values).scalars()}
        for row in connection.execute(last_seen, values):
            nct_id, layout, url, sha256, etag, last_modified, reading_id, version, status, observed_at, misses, lost = (
                row
            )
            seen = KnownPage(
                layout,
                url,
                sha256,
                Validators(etag, last_modified),
                reading_id,
                version,
                status,
                observed_at,
                is_current=reading_id in current,
                misses=misses,
                is_gone=lost,
            )
            found.setdefault(nct_id, []).append(seen)
    return found


@cache
def _known_queries() -> tuple[sa.Select[tuple[Any, ...]], sa.Select[tuple[int]]]:
    """The queries of `known_pages`: the newest readings, and which readings are current."""
    of_them = (READINGS.c.site == _SITE, READINGS.c.nct_id.in_(sa.bindparam("nct_ids", expanding=True)))
    newest = (
        sa.select(sa.func.max(READINGS.c.id)).where(is_live(), *of_them).group_by(READINGS.c.nct_id, READINGS.c.layout)
    )
    # The same bytes may have come again since, with other validators.
    same = PAGES.alias()
    page = (
        sa.select(sa.func.max(same.c.id))
        .where(same.c.nct_id == READINGS.c.nct_id, same.c.site == READINGS.c.site, same.c.sha256 == READINGS.c.sha256)
        .scalar_subquery()
    )
    missed = MISSES.alias()
    miss = (
        sa.select(sa.func.max(missed.c.id))
        .where(
            missed.c.nct_id == READINGS.c.nct_id,
            missed.c.site == READINGS.c.site,
            missed.c.layout == READINGS.c.layout,
        )
        .scalar_subquery()
    )
    query = (
        sa.select(
            READINGS.c.nct_id,
            READINGS.c.layout,
            READINGS.c.url,
            READINGS.c.sha256,
            PAGES.c.etag,
            PAGES.c.last_modified,
            READINGS.c.id,
            READINGS.c.package_version,
            READINGS.c.status,
            last_observed(),
            sa.func.coalesce(MISSES.c.times, 0),
            sa.func.coalesce(is_gone(), sa.false()),
        )
        .select_from(READINGS)
        .outerjoin(PAGES, PAGES.c.id == page)
        .outerjoin(MISSES, MISSES.c.id == miss)
        .where(READINGS.c.id.in_(newest))
        .order_by(READINGS.c.id)
    )
    return query, current_readings(*of_them)
