"""Deletion, on request alone: of old rows that nothing needs, and of all that is stored of some trials."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from scraper.store.clocks import misdated, seen_before
from scraper.store.database import Database
from scraper.store.effective import has_ruling
from scraper.store.json import dumps
from scraper.store.tables import (
    CHANGES,
    FAILURES,
    MISSES,
    PAGES,
    READINGS,
    RECORDS,
    REPORTS,
    RUNS,
    VERDICTS,
    VISITS,
    WATCH,
    Ruling,
)


def prune(database: Database, before: datetime, *, dry_run: bool = False) -> Mapping[str, int]:
    """Delete old exchanges, visits and failures that nothing depends on.

    Versions, readings, changes, misses, runs with their reports, and the verdicts stay. So do each trial's newest visit
    at each site, and of each reading the newest exchange that showed it, the newest that brought its bytes, and the
    newest by which it is effective. No run may be under way: hold the lease.

    Args:
        database: the store's.
        before: older rows are deleted.
        dry_run: only count.

    Returns:
        How many rows of which table.
    """
    ended = (
        sa.select(sa.func.max(RUNS.c.id)).join(REPORTS, REPORTS.c.run_id == RUNS.c.id).where(RUNS.c.kind == "scrape")
    )
    seen, visit = PAGES.alias(), VISITS.alias()
    shown = sa.select(sa.func.max(seen.c.id)).join(READINGS, READINGS.c.id == seen.c.reading_id).group_by(READINGS.c.id)
    visited = sa.select(sa.func.max(visit.c.id)).group_by(visit.c.nct_id, visit.c.site)
    needed: dict[sa.Table, list[sa.Select[tuple[int]]]] = {
        PAGES: [
            shown,
            shown.where(seen.c.file.is_not(None), seen.c.status != 304),
            shown.where(has_ruling(seen.c.run_id, Ruling.GOOD, Ruling.ACCEPTED)),
        ],
        VISITS: [visited],
        FAILURES: [],
    }
    with database.read_transaction() as connection:
        wrong = misdated(connection)
    # A scrape that was interrupted after the last one that ended will be resumed, and nothing else is.
    others = sa.select(RUNS.c.id).where(RUNS.c.kind != "scrape")
    old = {
        table: [
            seen_before(table, "at", before, wrong),
            sa.or_(table.c.run_id <= ended.scalar_subquery(), table.c.run_id.in_(others)),
            *map(table.c.id.not_in, rows),
        ]
        for table, rows in needed.items()
    }
    return _delete(database, old, dry_run=dry_run)


def forget(database: Database, nct_ids: Collection[str], *, dry_run: bool = False) -> Mapping[str, int]:
    """Delete all that is stored of some trials, with the persons named in it. The archive still has their pages.

    No run may be under way: hold the lease.

    Args:
        database: the store's.
        nct_ids: the trials; on the watch list they would be fetched again.
        dry_run: only count.

    Returns:
        How many rows of which table.
    """
    tables = (
        CHANGES,
        PAGES,
        READINGS,
        RECORDS,
        VISITS,
        MISSES,
        FAILURES,
        WATCH,
    )  # rows before the rows that they refer to
    if not dry_run:
        _forget_words(database, nct_ids)
        _forget_mentions(database, nct_ids)
    return _delete(database, {table: [table.c.nct_id.in_(nct_ids)] for table in tables}, dry_run=dry_run)


def _forget_words(database: Database, nct_ids: Collection[str]) -> None:
    """Drop from the drift guard's counts unknown labels that only pages of these trials show: they may be names."""
    of_them = READINGS.c.nct_id.in_(nct_ids)
    with database.write_transaction() as connection:
        pages, others = (
            connection.execute(sa.select(READINGS.c.seen).where(which).distinct()).scalars()
            for which in (of_them, sa.not_(of_them))
        )
        words = {word for page in pages for word in _unread(page)} - {word for page in others for word in _unread(page)}
        if not words:
            return
        told = sa.select(VERDICTS.c.id, VERDICTS.c.stats).where(VERDICTS.c.stats.is_not(None))
        for verdict in connection.execute(told).all():
            stats = json.loads(verdict.stats)
            left = {word: pages for word, pages in stats["unread"].items() if word not in words}
            if left != stats["unread"]:
                text = dumps({**stats, "unread": left})
                connection.execute(VERDICTS.update().where(VERDICTS.c.id == verdict.id).values(stats=text))


def _forget_mentions(database: Database, nct_ids: Collection[str]) -> None:
    """Drop from the reports of runs the pages of these trials that went or came back."""
    told = sa.select(REPORTS.c.run_id, REPORTS.c.report).where(REPORTS.c.report.is_not(None))
    with database.write_transaction() as connection:
        for run_id, report in connection.execute(told).all():
            left = {
                name: [page for page in report.get(name, ()) if page["nct_id"] not in nct_ids]
                for name in ("gone", "returned")
            }
            if any(len(pages) != len(report.get(name, ())) for name, pages in left.items()):
                connection.execute(REPORTS.update().where(REPORTS.c.run_id == run_id).values(report={**report, **left}))


def _unread(page: str) -> list[str]:
    """The unknown labels of a page as `scraper.jobs.drift.profile.PageProfile.to_json` wrote them."""
    *_, unread = json.loads(page)
    return list(unread)


def addresses(database: Database, nct_ids: Collection[str]) -> list[str]:
    """Where pages of some trials were fetched."""
    query = sa.select(PAGES.c.url).where(PAGES.c.nct_id.in_(nct_ids)).distinct().order_by(PAGES.c.url)
    with database.read_transaction() as connection:
        return list(connection.execute(query).scalars())


def imported_files(database: Database, nct_ids: Collection[str]) -> list[str]:
    """The files that pages of some trials were imported from."""
    query = sa.select(READINGS.c.file).where(READINGS.c.nct_id.in_(nct_ids), READINGS.c.file.is_not(None)).distinct()
    with database.read_transaction() as connection:
        return list(connection.execute(query.order_by(READINGS.c.file)).scalars())


def compact(database: Database) -> None:
    """Give the space of deleted rows back to the disk, and leave no trace of them in the file.

    PostgreSQL does so by itself, later.
    """
    if database.is_sqlite:
        with database.read_transaction() as connection:
            connection.exec_driver_sql("COMMIT")  # VACUUM works outside a transaction
            connection.exec_driver_sql("VACUUM")


def _delete(
    database: Database, rows: Mapping[sa.Table, list[sa.ColumnElement[bool]]], *, dry_run: bool
) -> Mapping[str, int]:
    if dry_run:
        with database.read_transaction() as connection:
            return {
                table.name: connection.execute(sa.select(sa.func.count()).select_from(table).where(*which)).scalar_one()
                for table, which in rows.items()
            }
    with database.write_transaction() as connection:
        return {table.name: connection.execute(table.delete().where(*which)).rowcount for table, which in rows.items()}
