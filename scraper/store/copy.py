"""Copying a store from one database to another, row by row."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from scraper.store.database import Database, StoreError
from scraper.store.tables import LEASE, METADATA

_TABLES = [table for table in METADATA.sorted_tables if table is not LEASE]
"""All tables but the lease, those that others refer to first."""


def size(database: Database) -> Mapping[str, int]:
    """How many rows each table has."""
    with database.read_transaction() as connection:
        return _sizes(connection)


def copy(source: Database, target: Database, step: Callable[[int], None] = lambda _: None) -> Mapping[str, int]:
    """Copy everything, with its numbers; all of it or nothing.

    Nobody may run meanwhile: hold the source's lease.

    Args:
        source: it stays as it is.
        target: an empty store.
        step: called with the number of rows after each batch.

    Returns:
        How many rows each table has.

    Raises:
        StoreError: the target is not empty, or has other rows afterwards than the source.
    """
    if target.name == source.name:
        raise StoreError(f"{target.name} is the store in force: it cannot be copied to itself")
    with source.read_transaction() as reading, target.write_transaction() as writing:
        there = {name: rows for name, rows in _sizes(writing).items() if rows}
        if there:
            raise StoreError(f"the store {target.name} is not empty: it has {_words(there)}")
        for table in _TABLES:
            # The key is what rows refer to, within a table as well: whoever is referred to comes first.
            order = sa.select(table).order_by(*table.primary_key)
            with reading.execute(order, execution_options={"yield_per": 500}) as result:
                for rows in result.partitions():
                    writing.execute(table.insert(), [row._asdict() for row in rows])
                    step(len(rows))
            if not target.is_sqlite and table.autoincrement_column is not None:
                _number_on(writing, table)
        sizes, copied = _sizes(reading), _sizes(writing)
        if copied != sizes:
            raise StoreError(f"the copy has {_words(copied)}, and the store {_words(sizes)}: nothing was copied")
    return copied


def _number_on(connection: sa.Connection, table: sa.Table) -> None:
    """Let PostgreSQL number new rows from the last one on; SQLite does so by itself."""
    last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
    if last is not None:
        connection.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table.name, "id"), last)))


def _sizes(connection: sa.Connection) -> Mapping[str, int]:
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in _TABLES
    }


def _words(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{rows:,} {name}" for name, rows in sizes.items())
