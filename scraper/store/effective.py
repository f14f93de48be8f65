"""Which version counts: which readings are effective, which of them is current, and which pages are gone.

A reading is *effective* by the drift guard's word, or a person's. Of a page, which is a trial at a site in a layout,
the effective reading with the last observation is *current*. An observation is a page seen at a moment: a reading is
one, and so is each later visit that saw the same page. `observed_at` puts them in order:

- A live visit is as late as it says, and no earlier than any live visit before it, or than what is dated after it: its
  clock may be wrong, their order is not.
- An imported page is as late as its capture; without a date it is older than all that have one.
- An archived page that is read again is as late as it was when it was last seen.

Of observations at one moment the one that came last counts.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from scraper.store.tables import MISSES, PAGES, READINGS, VERDICTS, Ruling

PAGE_KEY: Final = (READINGS.c.nct_id, READINGS.c.site, READINGS.c.layout)
"""Which page a reading is of."""

_EFFECTIVE: Final = (Ruling.GOOD, Ruling.ACCEPTED, Ruling.IMPORTED)
"""The rulings that make what a run saw effective."""


def has_ruling(
    run_id: sa.ColumnElement[int], *rulings: Ruling, of: sa.FromClause = READINGS, before: datetime | None = None
) -> sa.ColumnElement[bool]:
    """Whether the layout of a reading, or of a row of another table, got one of these rulings in a run.

    Args:
        run_id: the run.
        rulings: any of them.
        of: the other table.
        before: only rulings before that moment.
    """
    verdict = sa.exists().where(
        VERDICTS.c.run_id == run_id,
        VERDICTS.c.site == of.c.site,
        VERDICTS.c.layout == of.c.layout,
        VERDICTS.c.ruling.in_(rulings),
    )
    if before is not None:
        verdict = verdict.where(VERDICTS.c.at < before)
    # Without this, the reading of a query two levels up would be taken for any reading at all.
    return verdict.correlate_except(VERDICTS)


# To build what is asked for again and again takes longer than to ask the database.
@lru_cache(maxsize=16)
def is_effective(before: datetime | None = None) -> sa.ColumnElement[bool]:
    """Whether a reading is effective: it was imported, or a run that made it or saw its page was good or accepted.

    Args:
        before: whether it was so before that moment.
    """
    seen_later = sa.exists().where(
        PAGES.c.reading_id == READINGS.c.id, has_ruling(PAGES.c.run_id, *_EFFECTIVE, before=before)
    )
    return sa.or_(has_ruling(READINGS.c.run_id, *_EFFECTIVE, before=before), seen_later)


@lru_cache(maxsize=16)
def is_gone(misses: sa.FromClause = MISSES) -> sa.ColumnElement[bool]:
    """Whether a page that was missed is gone.

    Where the layout is quarantined, the site may have moved all its pages: then none is gone, until a person accepts
    the quarantined run, and with it whatever was missing.
    """
    accepted = has_ruling(misses.c.run_id, Ruling.ACCEPTED, of=misses)
    quarantined = has_ruling(misses.c.run_id, Ruling.QUARANTINED, of=misses)
    return sa.or_(sa.and_(misses.c.gone, ~quarantined), sa.and_(misses.c.times > 0, accepted))


def is_live(of: sa.FromClause = READINGS) -> sa.ColumnElement[bool]:
    """Whether a reading is of a page that the site itself showed us; else it was imported."""
    return of.c.file.is_(None)


def last_observed() -> sa.ColumnElement[datetime]:
    """When the page of a reading was last seen to show it, in the order of observations."""
    again = sa.select(sa.func.max(PAGES.c.observed_at)).where(PAGES.c.reading_id == READINGS.c.id).correlate(READINGS)
    # No visit that saw the page is earlier than its reading.
    return sa.func.coalesce(again.scalar_subquery(), READINGS.c.observed_at)


def latest_first() -> tuple[sa.ColumnElement[Any], ...]:
    """The order of readings by their last observations, the latest first."""
    return last_observed().desc(), READINGS.c.id.desc()


def current_readings(*where: sa.ColumnElement[bool]) -> sa.Select[tuple[int]]:
    """The ids of the current readings, one for each trial, site and layout.

    Args:
        where: conditions on the readings that are looked at.
    """
    ordered = in_order(READINGS.c.id, where=where)
    return sa.select(ordered.c.id).where(ordered.c.place == 1)


def in_order(*columns: sa.ColumnElement[Any], where: Iterable[sa.ColumnElement[bool]] = ()) -> sa.Subquery:
    """The effective readings of each page with their `place`: the current one has the first.

    Args:
        columns: of the readings.
        where: conditions on the readings that are looked at.
    """
    place = sa.func.row_number().over(partition_by=PAGE_KEY, order_by=latest_first()).label("place")
    return sa.select(*columns, place).where(is_effective(), *where).subquery("in_order")
