"""Which readings count: those that a run has seen whose pages the drift guard, or a person, found in order."""

from datetime import datetime

import sqlalchemy as sa

from scraper.store.tables import PAGES, READINGS, VERDICTS, Ruling


def ruled(run_id: sa.ColumnElement[int], *rulings: Ruling, before: datetime | None = None) -> sa.ColumnElement[bool]:
    """Whether a reading's layout got one of these rulings in a run, before a moment or at all."""
    verdict = sa.exists().where(
        VERDICTS.c.run_id == run_id,
        VERDICTS.c.site == READINGS.c.site,
        VERDICTS.c.layout == READINGS.c.layout,
        VERDICTS.c.ruling.in_(rulings),
    )
    if before is not None:
        verdict = verdict.where(VERDICTS.c.at < before)
    # Without this, the reading of a query two levels up would be taken for any reading at all.
    return verdict.correlate_except(VERDICTS)


def counts(before: datetime | None = None) -> sa.ColumnElement[bool]:
    """Whether a reading counts: the run that made it was in order, or a later one that saw the same page.

    Args:
        before: whether it did so before that moment.
    """
    seen_later = sa.exists().where(
        PAGES.c.reading_id == READINGS.c.id, ruled(PAGES.c.run_id, Ruling.GOOD, Ruling.ACCEPTED, before=before)
    )
    return sa.or_(ruled(READINGS.c.run_id, Ruling.GOOD, Ruling.ACCEPTED, before=before), seen_later)


def newest(*where: sa.ColumnElement[bool], or_as_well: sa.ColumnElement[bool] | None = None) -> sa.Select[tuple[int]]:
    """The ids of the newest readings that count, one for each trial, site and layout.

    Args:
        where: which readings are of interest.
        or_as_well: which others are taken as if they counted.
    """
    return (
        sa.select(sa.func.max(READINGS.c.id))
        .where(counts() if or_as_well is None else sa.or_(counts(), or_as_well), *where)
        .group_by(READINGS.c.nct_id, READINGS.c.site, READINGS.c.layout)
    )
