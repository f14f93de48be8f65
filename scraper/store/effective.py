"""Which readings are effective, and which pages are gone: the drift guard, or a person who accepts, decides."""

from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from scraper.store.tables import MISSES, PAGES, READINGS, VERDICTS, Ruling


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
    """Whether a reading is effective: the run that made it, or one that saw its page again, was good or accepted.

    Args:
        before: whether it was so before that moment.
    """
    seen_later = sa.exists().where(
        PAGES.c.reading_id == READINGS.c.id, has_ruling(PAGES.c.run_id, Ruling.GOOD, Ruling.ACCEPTED, before=before)
    )
    return sa.or_(has_ruling(READINGS.c.run_id, Ruling.GOOD, Ruling.ACCEPTED, before=before), seen_later)


@lru_cache(maxsize=16)
def is_gone(misses: sa.FromClause = MISSES) -> sa.ColumnElement[bool]:
    """Whether a page that was missed is gone.

    Where the layout is quarantined, the site may have moved all its pages: then none is gone, until a person accepts
    the quarantined run, and with it whatever was missing.
    """
    accepted = has_ruling(misses.c.run_id, Ruling.ACCEPTED, of=misses)
    quarantined = has_ruling(misses.c.run_id, Ruling.QUARANTINED, of=misses)
    return sa.or_(sa.and_(misses.c.gone, ~quarantined), sa.and_(misses.c.times > 0, accepted))


def newest_effective(
    *where: sa.ColumnElement[bool], or_as_well: sa.ColumnElement[bool] | None = None
) -> sa.Select[tuple[int]]:
    """The ids of the newest effective readings, one for each trial, site and layout.

    Args:
        where: conditions on the readings.
        or_as_well: which other readings are treated as effective.
    """
    return (
        sa.select(sa.func.max(READINGS.c.id))
        .where(is_effective() if or_as_well is None else sa.or_(is_effective(), or_as_well), *where)
        .group_by(READINGS.c.nct_id, READINGS.c.site, READINGS.c.layout)
    )
