"""What became known in a period: by when it was seen, or when it became effective, also where a clock was wrong."""

from datetime import datetime

import sqlalchemy as sa

from scraper.store.clocks import misdated, seen_before
from scraper.store.effective import has_ruling, is_effective
from scraper.store.tables import READINGS, Ruling


def in_period(
    connection: sa.Connection,
    table: sa.Table,
    at: str,
    *,
    since: datetime | None,
    until: datetime | None,
    now: datetime | None,
) -> list[sa.ColumnElement[bool]]:
    """The conditions on a query of readings, and of rows of another table that belong to them.

    Args:
        connection: to the store's database.
        table: of the rows that are dated: the readings themselves, or another.
        at: the column that holds a row's date.
        since: seen then or later, or effective only since then: the run ended later, or a person accepted it later.
        until: seen before.
        now: the moment: runs that are dated later were misdated, and so is what they saw.
    """
    conditions: list[sa.ColumnElement[bool]] = []
    wrong = misdated(connection, now) if since is not None or until is not None else {}
    if since is not None:
        # The date of a misdated run's verdict is worthless; that of a person's acceptance is not.
        dated = sa.or_(table.c.run_id.not_in([*wrong]), has_ruling(READINGS.c.run_id, Ruling.ACCEPTED))
        late = sa.and_(~is_effective(before=since), dated)
        conditions.append(sa.or_(~seen_before(table, at, since, wrong), late))
    if until is not None:
        conditions.append(seen_before(table, at, until, wrong))
    return conditions
