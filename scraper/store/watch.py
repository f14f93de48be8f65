"""The watch list: the trials that are visited regularly."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa

from scraper.store.database import Database
from scraper.store.tables import VISITS, WATCH


class Watched(NamedTuple):
    """A trial on the list."""

    nct_id: str
    priority: int
    """The greater, the earlier in a run."""
    since: datetime
    """When it was put on the list."""
    visited_at: datetime | None
    """When it was last visited at any site; None where that has yet to come."""
    due_at: datetime | None
    """When the next visit to any site is due; None: at once."""


def watched(database: Database) -> list[Watched]:
    """The trials on the list, by number."""
    latest = sa.select(sa.func.max(VISITS.c.id)).group_by(VISITS.c.nct_id, VISITS.c.site)
    visits = (
        sa.select(VISITS.c.nct_id, sa.func.max(VISITS.c.at).label("at"), sa.func.min(VISITS.c.due_at).label("due_at"))
        .where(VISITS.c.id.in_(latest))
        .group_by(VISITS.c.nct_id)
        .subquery()
    )
    listed = on_the_list().subquery()
    since, away = WATCH.alias(), WATCH.alias()
    taken_off = sa.select(sa.func.coalesce(sa.func.max(away.c.id), 0)).where(
        away.c.nct_id == since.c.nct_id, sa.not_(away.c.wanted)
    )
    added = (
        sa.select(sa.func.min(since.c.at))
        .where(since.c.nct_id == listed.c.nct_id, since.c.id > taken_off.scalar_subquery())
        .scalar_subquery()
    )
    query = (
        sa.select(
            listed.c.nct_id, listed.c.priority, added.label("since"), visits.c.at.label("visited_at"), visits.c.due_at
        )
        .outerjoin(visits, visits.c.nct_id == listed.c.nct_id)
        .order_by(listed.c.nct_id)
    )
    with database.read_transaction() as connection:
        return [
            Watched(row.nct_id, row.priority, row.since, row.visited_at, row.due_at)
            for row in connection.execute(query)
        ]


def add(database: Database, nct_ids: Iterable[str], at: datetime, *, priority: int | None = None) -> int:
    """Put trials on the list.

    Args:
        database: the store's.
        nct_ids: their numbers.
        at: the moment.
        priority: the greater, the earlier in a run; None leaves it as it was, else 0.

    Returns:
        How many are new on the list, or have another priority.
    """
    with database.write_transaction() as connection:
        there = {row.nct_id: row.priority for row in connection.execute(on_the_list())}
        wanted = {nct_id: there.get(nct_id, 0) if priority is None else priority for nct_id in nct_ids}
        rows = [
            {"at": at, "nct_id": nct_id, "wanted": True, "priority": wanted_priority}
            for nct_id, wanted_priority in wanted.items()
            if there.get(nct_id) != wanted_priority
        ]
        if rows:
            connection.execute(WATCH.insert(), rows)
    return len(rows)


def remove(database: Database, nct_ids: Iterable[str], at: datetime) -> int:
    """Take trials off the list; what was kept of them stays.

    Returns:
        How many were on it.
    """
    with database.write_transaction() as connection:
        there = {row.nct_id for row in connection.execute(on_the_list())}
        rows = [
            {"at": at, "nct_id": nct_id, "wanted": False, "priority": 0}
            for nct_id in dict.fromkeys(nct_ids)
            if nct_id in there
        ]
        if rows:
            connection.execute(WATCH.insert(), rows)
    return len(rows)


@cache
def on_the_list() -> sa.Select[tuple[str, int]]:
    """Number and priority of the trials whose newest row says that they are wanted."""
    latest = sa.select(sa.func.max(WATCH.c.id)).group_by(WATCH.c.nct_id)
    return sa.select(WATCH.c.nct_id, WATCH.c.priority).where(WATCH.c.id.in_(latest), WATCH.c.wanted)
