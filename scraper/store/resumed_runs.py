"""Queries over a run together with the interrupted runs that it resumes."""

from typing import Any, Final

import sqlalchemy as sa

from scraper.store.tables import VISITS

RUN_IDS: Final[sa.BindParameter[Any]] = sa.bindparam("run_ids", expanding=True, type_=sa.Integer)
"""The parameter of such a query: the numbers of the run and of those that it resumes."""


def superseded(table: sa.Table, *, is_resuming: bool) -> sa.ColumnElement[bool]:
    """Whether a row belongs to a visit that a later run of the query's `RUN_IDS` repeated.

    A resumed run repeats visits that were made long ago, are due again, or were requested: the last result counts.

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
