"""Dates in the future: they were noted while a clock was wrong, so nothing may depend on them."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from scraper.fetch.clock import CLOCKS_DIFFER
from scraper.store.database import Database
from scraper.store.tables import RUNS, VISITS
from scraper.store.watch import on_the_list


def is_ahead(visit: sa.FromClause, latest: datetime | sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    """Whether a visit, or the run that it is part of, is dated in the future.

    Its due date is then worthless, since it is counted from the run's beginning: the trial is due.

    Args:
        visit: of the table of visits.
        latest: the latest moment that is not in the future: `now + CLOCKS_DIFFER`.
    """
    run = RUNS.alias()
    began_later = sa.exists().where(run.c.id == visit.c.run_id, run.c.started_at > latest)
    return sa.or_(visit.c.at > latest, began_later)


def wrong_clock(database: Database, run_id: int, now: datetime, sites: Sequence[str]) -> str | None:
    """The warning that the last run, or the newest visits, are dated later than now; None where none is.

    Args:
        database: the store's.
        run_id: the run that begins.
        now: when it begins.
        sites: those that it visits.
    """
    before = sa.select(RUNS.c.id, RUNS.c.started_at).where(RUNS.c.id < run_id).order_by(RUNS.c.id.desc()).limit(1)
    # Looked up trial by trial, as what is due.
    watch, visit, earlier = on_the_list().subquery(), VISITS.alias(), VISITS.alias()
    newest = sa.select(sa.func.max(earlier.c.id)).where(
        earlier.c.nct_id == watch.c.nct_id, earlier.c.site == sa.bindparam("site")
    )
    ahead = (
        sa.select(visit.c.at)
        .select_from(watch)
        .join(visit, visit.c.id == newest.scalar_subquery())
        .where(is_ahead(visit, now + CLOCKS_DIFFER))
    )
    with database.read_transaction() as connection:
        last = connection.execute(before).one_or_none()
        dated = [at for site in sites for at in connection.execute(ahead, {"site": site}).scalars()]
    told = []
    if last is not None and last.started_at > now + CLOCKS_DIFFER:
        told.append(f"run {last.id} began on {_moment(last.started_at)}")
    if dated:
        were = "1 visit is" if len(dated) == 1 else f"{len(dated):,} visits are"
        told.append(f"{were} dated up to {_moment(max(dated))}, which is made good now")
    if not told:
        return None
    return f"a clock is wrong, or was: it is {_moment(now)}, but {', and '.join(told)}"


def misdated(connection: sa.Connection, now: datetime | None = None) -> dict[int, datetime]:
    """The runs whose clock was wrong, each with a moment by which it had begun: when the next run began.

    Runs are numbered in the order in which they began. Where their dates are in another order, as few runs as possible
    are taken to be misdated; so are those dated later than now.

    Args:
        connection: to the store's database.
        now: the moment; None where it is not known.
    """
    rows = connection.execute(sa.select(RUNS.c.id, RUNS.c.started_at).order_by(RUNS.c.id)).all()
    runs = [(row.id, row.started_at) for row in rows]
    possible = [run for run in runs if now is None or run[1] <= now + CLOCKS_DIFFER]
    right = set(_in_order([moment for _, moment in possible]))
    dated = {run_id for position, (run_id, _) in enumerate(possible) if position in right}
    wrong, later = {}, now or max((moment for _, moment in runs), default=_NEVER)
    for run_id, moment in reversed(runs):
        if run_id in dated:
            later = moment
        else:
            wrong[run_id] = later
    return wrong


def seen_before(
    table: sa.FromClause, at: str, moment: datetime, wrong: Mapping[int, datetime]
) -> sa.ColumnElement[bool]:
    """Whether a row is older than a moment; a row of a misdated run is as old as that can be.

    Args:
        table: of rows that belong to runs.
        at: the column that holds a row's own date.
        moment: the moment.
        wrong: the misdated runs, as `misdated` returns them.
    """
    older = [run_id for run_id, began in wrong.items() if began < moment]
    by_its_date = table.c[at] < moment
    if not wrong:
        return by_its_date
    return sa.or_(sa.and_(by_its_date, table.c.run_id.not_in([*wrong])), table.c.run_id.in_(older))


def _in_order(moments: Sequence[datetime]) -> list[int]:
    """The positions of a longest run of moments that are in ascending order."""
    ends: list[datetime] = []  # of the rows in order of each length, the earliest
    lasts: list[list[int]] = []  # by length, the positions at which such a row ends
    for position, moment in enumerate(moments):
        length = bisect_right(ends, moment)
        ends[length : length + 1] = [moment]
        if length == len(lasts):
            lasts.append([])
        lasts[length].append(position)
    positions: list[int] = []
    for ending in reversed(lasts):
        # The later such a row ends, the earlier is that: the nearest to what comes after it is the likeliest.
        fits = [
            position
            for position in ending
            if not positions or (position < positions[-1] and moments[position] <= moments[positions[-1]])
        ]
        positions.append(fits[0] if positions else fits[-1])
    return positions


_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
