"""A run and those that were cut off and that it goes on with, in queries that are built once."""

from typing import Any, Final

import sqlalchemy as sa

from scraper.store.tables import VISITS

RUN_IDS: Final[sa.BindParameter[Any]] = sa.bindparam("run_ids", expanding=True, type_=sa.Integer)
"""In a query that is built once: a run, and those that it goes on with."""


def superseded(table: sa.Table, *, is_resuming: bool) -> sa.ColumnElement[bool]:
    """Whether a row belongs to a visit that a later run of the query's `RUN_IDS` made again.

    That happens where a run goes on with one that was cut off long ago, or where the visit was due again, or asked for:
    what came of it is what came of it last.

    Args:
        table: of rows that belong to visits, by run, trial and site.
        is_resuming: whether the run resumes another one.
    """
    if not is_resuming:
        return sa.false()
    later = VISITS.alias()
    return sa.exists().where(
        later.c.run_id.in_(RUN_IDS),
        later.c.run_id > table.c.run_id,
        later.c.nct_id == table.c.nct_id,
        later.c.site == table.c.site,
    )
