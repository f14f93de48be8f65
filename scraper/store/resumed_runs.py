"""A run and those that were cut off and that it goes on with, in queries that are built once."""

from typing import Any, Final

import sqlalchemy as sa

from scraper.store.tables import VISITS

CHAIN: Final[sa.BindParameter[Any]] = sa.bindparam("chain", expanding=True, type_=sa.Integer)
"""In a query that is built once: a run, and those that it goes on with."""


def made_again(table: sa.Table, *, goes_on: bool) -> sa.ColumnElement[bool]:
    """Whether a row belongs to a visit that a later run of the query's `CHAIN` made again.

    That happens where a run goes on with one that was cut off long ago, or where the visit was due again, or asked for:
    what came of it is what came of it last.

    Args:
        table: of rows that belong to visits, by run, trial and site.
        goes_on: whether the chain has more than one run.
    """
    if not goes_on:
        return sa.false()
    later = VISITS.alias()
    return sa.exists().where(
        later.c.run_id.in_(CHAIN),
        later.c.run_id > table.c.run_id,
        later.c.nct_id == table.c.nct_id,
        later.c.site == table.c.site,
    )
