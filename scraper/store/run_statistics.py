"""Run statistics: what a run's pages showed, by layout, and which trials no site shows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from scraper.errors import ObsoleteNumber, Truncated
from scraper.layouts.candidate_urls import Hints
from scraper.store.database import Database
from scraper.store.effective import current_readings, is_gone, is_live
from scraper.store.resumed_runs import RUN_IDS, superseded
from scraper.store.runs import Run
from scraper.store.tables import FAILURES, MISSES, PAGES, READINGS, RECORDS, VERDICTS, VISITS, Result, Ruling

_TRIAL = RECORDS.c.record["trial"]
# What is executed for each trial or each layout is built once: building takes longer than the database.
_REGISTRY_HINTS = (
    sa.select(_TRIAL["title"].as_string().label("title"), _TRIAL["conditions"].label("conditions"))
    .join(READINGS, READINGS.c.record_id == RECORDS.c.id)
    .where(READINGS.c.nct_id == sa.bindparam("nct_id"), READINGS.c.site == sa.bindparam("registry"), is_live())
    .order_by(READINGS.c.id.desc())
    .limit(1)
)


def page_profiles(
    database: Database, run: Run
) -> tuple[Mapping[str, list[tuple[str, int]]], Mapping[str, tuple[int, str]]]:
    """By layout: the profiles of a run's pages, each with its number; and how many were refused, with a message."""
    pages: dict[str, list[tuple[str, int]]] = {}
    with database.read_transaction() as connection:
        for site, layout, text, count in connection.execute(
            _shown(is_resuming=run.is_resuming), {"run_ids": run.run_ids}
        ):
            pages.setdefault(f"{site}/{layout}", []).append((text, count))
        return pages, _failed(connection, run, _REFUSED)


def truncated_pages(database: Database, run: Run) -> Mapping[str, tuple[int, str]]:
    """By layout: how many pages were truncated in a run, with one message."""
    with database.read_transaction() as connection:
        return _failed(connection, run, _TRUNCATED)


_GOOD_RUNS: Final = 50
"""Good runs that are read from the store at most: with two pages a night they make the pages of a baseline."""

_REFUSED: Final = FAILURES.c.refused
_TRUNCATED: Final = FAILURES.c.error == Truncated.__name__


@cache
def _shown(*, is_resuming: bool) -> sa.Select[Any]:
    return (
        sa.select(READINGS.c.site, READINGS.c.layout, READINGS.c.seen, sa.func.count())
        .where(READINGS.c.id.in_(_read(is_resuming=is_resuming)))
        .group_by(READINGS.c.site, READINGS.c.layout, READINGS.c.seen)
    )


def _failed(connection: sa.Connection, run: Run, kind: sa.ColumnElement[bool]) -> Mapping[str, tuple[int, str]]:
    """By layout: how many pages failed in one way in a run, and the message of one of them."""
    failures = connection.execute(_failures(kind, is_resuming=run.is_resuming), {"run_ids": run.run_ids})
    return {layout: (count, message) for layout, count, message in failures if layout is not None}


@cache
def _failures(kind: sa.ColumnElement[bool], *, is_resuming: bool) -> sa.Select[Any]:
    return (
        sa.select(FAILURES.c.layout, sa.func.count(), sa.func.min(FAILURES.c.message))
        .where(
            FAILURES.c.run_id.in_(RUN_IDS),
            kind,
            FAILURES.c.layout.is_not(None),
            ~superseded(FAILURES, is_resuming=is_resuming),
        )
        .group_by(FAILURES.c.layout)
    )


def earlier_profiles(database: Database, run: Run, site: str, layout: str, *, good_runs: int) -> list[tuple[str, int]]:
    """The profiles that the trials of a run had when the last good runs began, with the numbers of pages.

    Args:
        database: the store's.
        run: the run.
        site: its key.
        layout: its name.
        good_runs: how many good runs back; trials that had not been read by then are left out.
    """
    of_it = (READINGS.c.site == site, READINGS.c.layout == layout, is_live())
    verdicts = sa.select(VERDICTS.c.run_id).where(
        VERDICTS.c.site == site,
        VERDICTS.c.layout == layout,
        VERDICTS.c.ruling.in_([Ruling.GOOD, Ruling.ACCEPTED]),
        VERDICTS.c.stats.is_not(None),
    )
    last = verdicts.order_by(VERDICTS.c.id.desc()).limit(good_runs).subquery()
    now = READINGS.alias()
    trials = sa.select(now.c.nct_id).where(
        now.c.id.in_(_read(is_resuming=run.is_resuming)), now.c.site == site, now.c.layout == layout
    )
    with database.read_transaction() as connection:
        first = connection.execute(sa.select(sa.func.min(last.c.run_id))).scalar() or 0
        then = current_readings(*of_it, READINGS.c.run_id <= first, READINGS.c.nct_id.in_(trials))
        query = sa.select(READINGS.c.seen, sa.func.count()).where(READINGS.c.id.in_(then)).group_by(READINGS.c.seen)
        return [(seen, count) for seen, count in connection.execute(query, {"run_ids": run.run_ids})]


@cache
def _read(*, is_resuming: bool) -> sa.CompoundSelect[tuple[int]]:
    """The readings that a run made, or whose pages it saw again."""
    return sa.union(
        sa.select(PAGES.c.reading_id).where(
            PAGES.c.run_id.in_(RUN_IDS), PAGES.c.reading_id.is_not(None), ~superseded(PAGES, is_resuming=is_resuming)
        ),
        sa.select(READINGS.c.id).where(READINGS.c.run_id.in_(RUN_IDS), ~superseded(READINGS, is_resuming=is_resuming)),
    )


@cache
def missing_pages(*, is_resuming: bool) -> sa.Select[tuple[str, str, str]]:
    """The trial, site and layout of each known page that a run did not find, and that was not gone before.

    Args:
        is_resuming: whether the run resumes another one.
    """
    before = MISSES.alias()
    was_gone = (
        sa.select(is_gone(before))
        .where(
            before.c.nct_id == MISSES.c.nct_id,
            before.c.site == MISSES.c.site,
            before.c.layout == MISSES.c.layout,
            before.c.run_id.not_in(RUN_IDS),
        )
        .order_by(before.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return sa.select(MISSES.c.nct_id, MISSES.c.site, MISSES.c.layout).where(
        MISSES.c.run_id.in_(RUN_IDS),
        MISSES.c.times > 0,
        ~superseded(MISSES, is_resuming=is_resuming),
        ~sa.func.coalesce(was_gone, sa.false()),
    )


def missing_counts(database: Database, run: Run) -> Mapping[str, int]:
    """By layout: how many known pages a run did not find."""
    with database.read_transaction() as connection:
        rows = connection.execute(missing_pages(is_resuming=run.is_resuming), {"run_ids": run.run_ids})
        return Counter(f"{row.site}/{row.layout}" for row in rows)


def good_run_figures(
    database: Database, site: str, layout: str, *, before: int | None = None
) -> list[tuple[str, bool]]:
    """The statistics of a layout's good runs as JSON, the newest first, each with whether a person accepted the run.

    Args:
        database: the store's.
        site: its key.
        layout: its name.
        before: only verdicts with a lower id; None means all.
    """
    values = {"site": site, "layout": layout, "before": before}
    with database.read_transaction() as connection:
        told = connection.execute(_baselines(is_bounded=before is not None), values)
        return [(stats, bool(accepted)) for stats, accepted in told]


@cache
def _baselines(*, is_bounded: bool) -> sa.Select[Any]:
    query = (
        sa.select(VERDICTS.c.stats, VERDICTS.c.ruling == Ruling.ACCEPTED)
        .where(
            VERDICTS.c.site == sa.bindparam("site"),
            VERDICTS.c.layout == sa.bindparam("layout"),
            VERDICTS.c.stats.is_not(None),
            VERDICTS.c.ruling.in_([Ruling.GOOD, Ruling.ACCEPTED]),
        )
        .order_by(VERDICTS.c.id.desc())
        .limit(_GOOD_RUNS)
    )
    return query.where(VERDICTS.c.id < sa.bindparam("before")) if is_bounded else query


def registry_hints(database: Database, registry: str, nct_id: str) -> Hints | None:
    """The title and conditions of a trial in the newest record that the registry sent, effective or not; None without.

    Args:
        database: the store's.
        registry: the registry's key among the sites.
        nct_id: the trial.
    """
    with database.read_transaction() as connection:
        told = connection.execute(_REGISTRY_HINTS, {"registry": registry, "nct_id": nct_id}).one_or_none()
    return None if told is None else Hints(nct_id, told.title, tuple(told.conditions))


def trials_on_no_site(database: Database, run: Run, sites: Sequence[str]) -> list[str]:
    """The trials of a run that no site shows or has ever shown, without those whose number is obsolete."""
    values = {"run_ids": run.run_ids, "sites": [*sites], "number": len(sites)}
    with database.read_transaction() as connection:
        return list(connection.execute(_nowhere(), values).scalars())


@cache
def _nowhere() -> sa.Select[Any]:
    number = sa.bindparam("number", type_=sa.Integer)
    absent = sa.select(VISITS.c.nct_id).where(VISITS.c.run_id.in_(RUN_IDS), VISITS.c.result == Result.ABSENT)
    latest = (
        sa.select(sa.func.max(VISITS.c.id)).where(VISITS.c.nct_id.in_(absent)).group_by(VISITS.c.nct_id, VISITS.c.site)
    )
    told = sa.exists().where(
        FAILURES.c.run_id.in_(RUN_IDS),
        FAILURES.c.nct_id == VISITS.c.nct_id,
        FAILURES.c.error == ObsoleteNumber.__name__,
    )
    return (
        sa.select(VISITS.c.nct_id)
        .where(VISITS.c.id.in_(latest), VISITS.c.site.in_(sa.bindparam("sites", expanding=True)), ~told)
        .group_by(VISITS.c.nct_id)
        .having(
            sa.func.count() == number,
            sa.func.sum(sa.case((VISITS.c.result == Result.ABSENT, 1), else_=0)) == number,
        )
        .order_by(VISITS.c.nct_id)
    )
