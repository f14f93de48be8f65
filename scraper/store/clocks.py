"""What is dated in a time to come: somebody's clock was wrong, or ours is."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from scraper.fetch.clock import CLOCKS_DIFFER
from scraper.store.database import Database
from scraper.store.tables import RUNS, VISITS
from scraper.store.watch import on_the_list


def is_ahead(visit: sa.FromClause, now: datetime) -> sa.ColumnElement[bool]:
    """Whether a visit, or its run, from whose beginning its due date counts, is dated later than now.

    In either case the due date says nothing: the trial is due.

    Args:
        visit: of the table of visits.
        now: the moment.
    """
    latest = now + CLOCKS_DIFFER
    run = RUNS.alias()
    began_later = sa.exists().where(run.c.id == visit.c.run_id, run.c.started_at > latest)
    return sa.or_(visit.c.at > latest, began_later)


def wrong_clock(database: Database, run_id: int, now: datetime, sites: Sequence[str]) -> str | None:
    """What a person is told where the last run, or the newest visits, are dated later than now; None where none is.

    Args:
        database: the store's.
        run_id: the run that begins.
        now: when it begins.
        sites: those that it visits.
    """
    before = sa.select(RUNS.c.id, RUNS.c.started_at).where(RUNS.c.id < run_id).order_by(RUNS.c.id.desc()).limit(1)
    newest = sa.select(sa.func.max(VISITS.c.id)).where(VISITS.c.site.in_(sites))
    newest = newest.group_by(VISITS.c.nct_id, VISITS.c.site)
    watch = on_the_list().subquery()
    ahead = (
        sa.select(sa.func.count(), sa.func.max(VISITS.c.at))
        .join(watch, watch.c.nct_id == VISITS.c.nct_id)
        .where(VISITS.c.id.in_(newest), is_ahead(VISITS, now))
    )
    with database.reading() as connection:
        last = connection.execute(before).one_or_none()
        visits, at = connection.execute(ahead).one()
    told = []
    if last is not None and last.started_at > now + CLOCKS_DIFFER:
        told.append(f"run {last.id} began on {_moment(last.started_at)}")
    if visits:
        were = "1 visit was" if visits == 1 else f"{visits:,} visits were"
        told.append(f"{were} made up to {_moment(at)}")
    if not told:
        return None
    return (
        f"it is {_moment(now)} by this computer, but by its records {', and '.join(told)}: one clock is, or was, wrong"
    )


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
