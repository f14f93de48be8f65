"""What each site shows of each trial now; where there is no record, why."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa

from schemas.consensus import Observation
from schemas.record import Record
from scraper.errors import NotFound
from scraper.store.database import Database
from scraper.store.effective import PAGE_KEY, current_readings, has_ruling, in_order, is_effective, is_gone, is_live
from scraper.store.tables import MISSES, PAGES, READINGS, RECORDS, VERDICTS, VISITS, Result, Ruling
from scraper.store.watch import on_the_list

_AT_ONCE: Final = 200
"""Records in memory at a time: enough to outweigh a query, few enough for any memory."""


class PendingPage(NamedTuple):
    """A page whose newest reading is not effective."""

    nct_id: str
    site: str
    layout: str
    seen_at: datetime
    run_id: int
    """The run that read it."""
    is_quarantined: bool
    """Whether the drift guard quarantined it; else its run was interrupted, or is still under way."""
    layout_is_quarantined: bool
    """Whether the layout is still quarantined; else the next visit reads the page again."""


class GonePage(NamedTuple):
    """A page of a trial that a site does not show any more."""

    nct_id: str
    site: str
    layout: str
    since: datetime
    """The visit at which it became gone."""


class StalePage(NamedTuple):
    """A page with an effective reading that the last visit did not see: the visit failed, or the page is missing."""

    nct_id: str
    site: str
    layout: str
    seen_at: datetime | None
    """When it was last seen; None where nothing says when."""


def records(
    database: Database, nct_ids: Sequence[str] | None = None, sites: Sequence[str] | None = None
) -> Iterator[Record]:
    """The current records, by trial, site and layout; memory does not grow with their number.

    Args:
        database: the store's.
        nct_ids: the trials; None means all.
        sites: their keys; None means all.

    Raises:
        StoreError: the database cannot be read.
    """
    return (one.record for one in observations(database, nct_ids, sites))


def observations(
    database: Database, nct_ids: Sequence[str] | None = None, sites: Sequence[str] | None = None
) -> Iterator[Observation]:
    """The current records, each with when its page was last seen, by trial, site and layout.

    Memory does not grow with their number.

    Args:
        database: the store's.
        nct_ids: the trials; None means all.
        sites: their keys; None means all.

    Raises:
        StoreError: the database cannot be read.
    """
    found = in_order(*PAGE_KEY, *CONFIRMED_BY, READINGS.c.record_id, where=_of(READINGS, nct_ids, sites))
    # Asked for directly, not by their numbers: for what is read bit by bit PostgreSQL would look up each number anew.
    query = (
        sa.select(found.c.record_id, confirmed_at(found).label("confirmed_at"))
        .where(found.c.place == 1)
        .order_by(found.c.nct_id, found.c.site, found.c.layout)
        .execution_options(yield_per=_AT_ONCE)
    )
    with database.read_transaction() as connection:
        # Numbers first: to sort whole records, a database would write them all to a file.
        for rows in connection.execute(query).partitions():
            numbers = [row.record_id for row in rows]
            kept = {row.id: row.record for row in connection.execute(_RECORDS_OF, {"numbers": numbers})}
            for row in rows:
                record = kept[row.record_id]
                # PostgreSQL does not keep the order of keys; the output must be the same on every database.
                ordered = Record.model_validate({**record, "evidence": dict(sorted(record["evidence"].items()))})
                yield Observation(record=ordered, seen_at=row.confirmed_at)


_RECORDS_OF: Final = sa.select(RECORDS.c.id, RECORDS.c.record).where(
    RECORDS.c.id.in_(sa.bindparam("numbers", expanding=True, type_=RECORDS.c.id.type))
)


def last_confirmed(database: Database, nct_id: str) -> dict[tuple[str, str], datetime | None]:
    """When each site and layout of a trial was last seen to show its current record; None where nothing says when."""
    query = sa.select(READINGS.c.site, READINGS.c.layout, confirmed_at()).where(
        READINGS.c.id.in_(current_readings(READINGS.c.nct_id == nct_id))
    )
    with database.read_transaction() as connection:
        return {(site, layout): at for site, layout, at in connection.execute(query)}


def pending_pages(
    database: Database, nct_ids: Sequence[str] | None = None, sites: Sequence[str] | None = None
) -> list[PendingPage]:
    """The pages whose newest reading by a run is not effective, by trial, site and layout.

    Args:
        database: the store's.
        nct_ids: the trials; None means all.
        sites: their keys; None means all.
    """
    last = sa.select(sa.func.max(READINGS.c.id)).where(is_live(), *_of(READINGS, nct_ids, sites)).group_by(*PAGE_KEY)
    query = (
        sa.select(
            READINGS.c.nct_id,
            READINGS.c.site,
            READINGS.c.layout,
            READINGS.c.seen_at,
            READINGS.c.run_id,
            was_quarantined(),
        )
        .where(READINGS.c.id.in_(last), sa.not_(is_effective()))
        .order_by(*PAGE_KEY)
    )
    word = sa.select(sa.func.max(VERDICTS.c.id)).where(VERDICTS.c.stats.is_not(None))
    word = word.group_by(VERDICTS.c.site, VERDICTS.c.layout)
    still = sa.select(VERDICTS.c.site, VERDICTS.c.layout).where(
        VERDICTS.c.id.in_(word), VERDICTS.c.ruling == Ruling.QUARANTINED
    )
    with database.read_transaction() as connection:
        layouts = {(site, layout) for site, layout in connection.execute(still)}
        return [
            PendingPage(nct_id, site, layout, seen_at, run_id, quarantined, (site, layout) in layouts)
            for nct_id, site, layout, seen_at, run_id, quarantined in connection.execute(query)
        ]


def gone_pages(
    database: Database, nct_ids: Sequence[str] | None = None, sites: Sequence[str] | None = None
) -> list[GonePage]:
    """The pages that are gone, by trial, site and layout.

    Args:
        database: the store's.
        nct_ids: the trials; None means all.
        sites: their keys; None means all.
    """
    page_key = (MISSES.c.nct_id, MISSES.c.site, MISSES.c.layout)
    last = sa.select(sa.func.max(MISSES.c.id)).where(*_of(MISSES, nct_ids, sites)).group_by(*page_key)
    lost, other = MISSES.alias(), MISSES.alias()
    there_later = sa.exists().where(
        other.c.nct_id == lost.c.nct_id,
        other.c.site == lost.c.site,
        other.c.layout == lost.c.layout,
        other.c.id > lost.c.id,
        sa.not_(is_gone(other)),
    )
    since = (
        sa.select(sa.func.min(lost.c.at))
        .where(
            lost.c.nct_id == MISSES.c.nct_id,
            lost.c.site == MISSES.c.site,
            lost.c.layout == MISSES.c.layout,
            is_gone(lost),
            sa.not_(there_later),
        )
        .scalar_subquery()
    )
    query = sa.select(*page_key, since).where(MISSES.c.id.in_(last), is_gone()).order_by(*page_key)
    with database.read_transaction() as connection:
        return [GonePage(*row) for row in connection.execute(query)]


def stale_pages(
    database: Database, nct_ids: Sequence[str] | None = None, sites: Sequence[str] | None = None
) -> list[StalePage]:
    """The pages with an effective reading that the last visit did not see, and that are not gone.

    They are sorted by trial, site and layout.

    Args:
        database: the store's.
        nct_ids: the trials; None means all.
        sites: their keys; None means all.
    """
    last = (
        sa.select(sa.func.max(VISITS.c.id)).where(*_of(VISITS, nct_ids, sites)).group_by(VISITS.c.nct_id, VISITS.c.site)
    )
    read = READINGS.alias()
    seen = sa.exists().where(
        PAGES.c.run_id == VISITS.c.run_id,
        PAGES.c.nct_id == VISITS.c.nct_id,
        PAGES.c.site == VISITS.c.site,
        read.c.id == PAGES.c.reading_id,
        read.c.layout == READINGS.c.layout,
    )
    missed = (
        sa.select(MISSES.c.times)
        .where(
            MISSES.c.nct_id == READINGS.c.nct_id,
            MISSES.c.site == READINGS.c.site,
            MISSES.c.layout == READINGS.c.layout,
        )
        .order_by(MISSES.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        sa.select(*PAGE_KEY, confirmed_at())
        .join(VISITS, sa.and_(VISITS.c.nct_id == READINGS.c.nct_id, VISITS.c.site == READINGS.c.site))
        .where(
            READINGS.c.id.in_(current_readings(*_of(READINGS, nct_ids, sites))),
            VISITS.c.id.in_(last),
            sa.or_(sa.and_(VISITS.c.result == Result.FAILED, sa.not_(seen)), missed > 0),
        )
        .order_by(*PAGE_KEY)
    )
    lost = {(page.nct_id, page.site, page.layout) for page in gone_pages(database, nct_ids, sites)}
    with database.read_transaction() as connection:
        return [StalePage(*row) for row in connection.execute(query) if tuple(row)[:3] not in lost]


def trials_without_record(database: Database) -> list[str]:
    """The trials on the watch list without an effective record, by number."""
    watch = on_the_list().subquery()
    shown = sa.exists().where(READINGS.c.nct_id == watch.c.nct_id, is_effective())
    with database.read_transaction() as connection:
        query = sa.select(watch.c.nct_id).where(sa.not_(shown)).order_by(watch.c.nct_id)
        return list(connection.execute(query).scalars())


def why_no_record(database: Database, nct_id: str, sites: Sequence[str] | None = None) -> NotFound:
    """Why a trial has no effective record, and what to do about it.

    Args:
        database: the store's.
        nct_id: a trial without a current record at these sites.
        sites: their keys; None means all.
    """
    at = f" at {', '.join(sites)}" if sites else ""
    pages = pending_pages(database, [nct_id], sites)
    if pages:
        layouts_read = ", ".join(f"{page.site}/{page.layout}" for page in pages)
        if any(page.layout_is_quarantined for page in pages):
            why = f"what was read of {nct_id} ({layouts_read}) is quarantined by the drift guard: see trialpages health"
        elif any(page.is_quarantined for page in pages):
            why = f"what was read of {nct_id} ({layouts_read}) was quarantined; its next visit reads it again"
        else:
            run = max(page.run_id for page in pages)
            why = (
                f"what was read of {nct_id} ({layouts_read}) becomes effective when run {run} has ended;"
                " if it was interrupted: trialpages scrape resumes it"
            )
        return NotFound(why, nct_id=nct_id)
    last = sa.select(sa.func.max(VISITS.c.id)).where(*_of(VISITS, [nct_id], sites)).group_by(VISITS.c.site)
    with database.read_transaction() as connection:
        watched = any(row.nct_id == nct_id for row in connection.execute(on_the_list()))
        visits = connection.execute(
            sa.select(VISITS.c.site, VISITS.c.result, VISITS.c.at).where(VISITS.c.id.in_(last)).order_by(VISITS.c.site)
        ).all()
    failed = [visit.site for visit in visits if visit.result == Result.FAILED]
    if failed:
        why = f"nothing is kept of {nct_id}{at}: the last visit failed at {', '.join(failed)}; see trialpages runs"
    elif visits:
        when = max(visit.at for visit in visits)
        asked = ", ".join(visit.site for visit in visits)
        why = f"nothing is kept of {nct_id}: not shown by {asked}, asked last on {when:%Y-%m-%d %H:%M} UTC"
    elif watched:
        why = f"{nct_id} is on the watch list and was not visited yet{at}: trialpages scrape"
    else:
        why = f"nothing is kept of {nct_id}{at}: trialpages watch add {nct_id}, then trialpages scrape"
    return NotFound(why, nct_id=nct_id)


def was_quarantined() -> sa.ColumnElement[bool]:
    """Whether the drift guard quarantined a reading, in the run that made it or in one that saw its page again."""
    seen = sa.exists().where(PAGES.c.reading_id == READINGS.c.id, has_ruling(PAGES.c.run_id, Ruling.QUARANTINED))
    return sa.or_(has_ruling(READINGS.c.run_id, Ruling.QUARANTINED), seen)


CONFIRMED_BY: Final = (READINGS.c.sha256, READINGS.c.seen_at, READINGS.c.file)
"""What must be known of a reading, beside its page, to tell when it was last seen."""


def confirmed_at(of: sa.FromClause = READINGS) -> sa.ColumnElement[datetime]:
    """When the bytes of a current reading were last seen; null where nothing says when.

    The reading itself may be newer, made from the archive.

    Args:
        of: the current readings.
    """
    # The last one, not the greatest: a clock may have been wrong.
    latest = (
        sa.select(PAGES.c.at)
        .where(PAGES.c.nct_id == of.c.nct_id, PAGES.c.site == of.c.site, PAGES.c.sha256 == of.c.sha256)
        .order_by(PAGES.c.id.desc())
        .limit(1)
    )
    # Had a site shown the same as an imported page later on, another reading were current.
    return sa.case((is_live(of), sa.func.coalesce(latest.scalar_subquery(), of.c.seen_at)), else_=of.c.seen_at)


def _of(table: sa.Table, nct_ids: Sequence[str] | None, sites: Sequence[str] | None) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if nct_ids is not None:
        where.append(table.c.nct_id.in_(nct_ids))
    if sites:
        where.append(table.c.site.in_(sites))
    return where
