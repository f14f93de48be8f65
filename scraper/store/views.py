"""Views for people who ask in SQL: what is current, every version, and what changed, by the rules of the program.

They are made of the expressions that the program itself reads by, at every upgrade of the tables.
"""

from typing import Any, Final, NamedTuple

import sqlalchemy as sa

from scraper.store.current import CONFIRMED_BY, confirmed_at
from scraper.store.effective import PAGE_KEY, in_order, is_effective, last_observed
from scraper.store.tables import CHANGES, READINGS, RECORDS, UNDATED


class View(NamedTuple):
    """A view of the store."""

    name: str
    query: sa.Select[Any]
    about: str
    """What its rows are, in one sentence."""


def _current(*columns: sa.ColumnElement[Any]) -> tuple[sa.Subquery, tuple[sa.ColumnElement[Any], ...]]:
    """The current readings, and the columns that tell which page each is of and when it was seen."""
    found = in_order(*PAGE_KEY, *CONFIRMED_BY, READINGS.c.url, READINGS.c.file_offset, READINGS.c.record_id, *columns)
    return found, (
        found.c.nct_id,
        found.c.site,
        found.c.layout,
        found.c.url,
        found.c.seen_at.label("captured_at"),
        confirmed_at(found).label("confirmed_at"),
        found.c.file,
        found.c.file_offset,
    )


def _current_records() -> sa.Select[Any]:
    readings, about = _current()
    return (
        sa.select(*about, RECORDS.c.record)
        .join_from(readings, RECORDS, RECORDS.c.id == readings.c.record_id)
        .where(readings.c.place == 1)
    )


def _current_readings() -> sa.Select[Any]:
    readings, about = _current(READINGS.c.id, READINGS.c.run_id, READINGS.c.package_version, READINGS.c.status)
    more = (readings.c[name] for name in ("status", "sha256", "package_version", "run_id", "record_id"))
    return sa.select(readings.c.id.label("reading_id"), *about, *more).where(readings.c.place == 1)


def _page_versions() -> sa.Select[Any]:
    # A copy without a date tells nothing where it is known when its bytes were there.
    dated = sa.func.max(READINGS.c.seen_at).over(partition_by=(*PAGE_KEY, READINGS.c.sha256)).label("dated")
    place = in_order(READINGS.c.id, dated)
    tells_nothing = sa.and_(READINGS.c.seen_at.is_(None), place.c.dated.is_not(None))
    first = sa.func.min(sa.case((tells_nothing, None), else_=READINGS.c.observed_at))
    current = sa.func.max(sa.case((place.c.place == 1, 1), else_=0)).label("is_current")
    return (
        sa.select(
            READINGS.c.nct_id,
            READINGS.c.site,
            READINGS.c.layout,
            sa.func.nullif(first, UNDATED).label("first_observed_at"),
            sa.func.nullif(sa.func.max(last_observed()), UNDATED).label("last_observed_at"),
            current,
            READINGS.c.record_id,
        )
        .join_from(READINGS, place, place.c.id == READINGS.c.id)
        .group_by(READINGS.c.nct_id, READINGS.c.site, READINGS.c.layout, READINGS.c.record_id)
    )


def _effective_changes() -> sa.Select[Any]:
    names = ("nct_id", "site", "layout", "seen_at", "field", "old", "new", "cause")
    return (
        sa.select(*(CHANGES.c[name] for name in names), CHANGES.c.doubt.label("anomaly"), CHANGES.c.reading_id)
        .join_from(CHANGES, READINGS, READINGS.c.id == CHANGES.c.reading_id)
        .where(is_effective())
    )


VIEWS: Final = (
    View("current_records", _current_records(), "What each page of each trial says now, by its site and layout."),
    View(
        "current_readings", _current_readings(), "The readings behind them: which bytes, which version of the program."
    ),
    View("page_versions", _page_versions(), "Every version of each page, with when it was first and last observed."),
    View("effective_changes", _effective_changes(), "What changed on the pages, without what is quarantined."),
)


def make_views(connection: sa.Connection) -> None:
    """Make all views."""
    for view in VIEWS:
        connection.exec_driver_sql(f"CREATE VIEW {view.name} AS {statement(view, connection.dialect)}")


def drop_views(connection: sa.Connection) -> None:
    """Drop the views that are there."""
    for view in VIEWS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {view.name}")


def statement(view: View, dialect: sa.Dialect) -> str:
    """The query of a view as its database writes it."""
    return str(view.query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
