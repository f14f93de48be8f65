"""A SQLite database: a table for trials and one for each of their lists, with keys, indexes and views."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from scraper.exports.columns import Kind, Value, joined
from scraper.exports.dictionary import DICTIONARY, meanings
from scraper.exports.export import Export
from scraper.exports.table import Row, Table
from scraper.exports.tables import CHANGES, tables
from scraper.exports.views import VIEWS

_TYPES: Final = {Kind.INTEGER: "INTEGER", Kind.BOOLEAN: "INTEGER"}
"""All else is text: days and moments as ISO 8601, lists as `joined` gives them."""

_LOOKED_UP: Final = (
    ("trials", "status"),
    ("conditions", "condition"),
    ("interventions", "name"),
    ("locations", "country"),
    ("changes", "nct_id"),
)
"""Columns with an index, beside the keys."""


def write(export: Export, path: Path) -> None:
    """Write the database; memory does not grow with the number of trials."""
    main, *others = tables(export.level, with_contacts=export.with_contacts)
    all_tables = (main, *others, CHANGES, DICTIONARY)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            # Nobody sees the file before it is whole, and then it is flushed as a whole.
            database.execute("PRAGMA journal_mode = OFF")
            database.execute("PRAGMA synchronous = OFF")
            database.execute("BEGIN")
            for table in all_tables:
                database.execute(_definition(table, main))
            for rows in export.each(lambda entry: [(table, table.rows(entry)) for table in (main, *others)]):
                for table, several in rows:
                    _insert(database, table, several)
            _insert(database, CHANGES, map(CHANGES.row, export.changes()))
            _insert(database, DICTIONARY, (DICTIONARY.row(one) for table in all_tables for one in meanings(table)))
            columns = {(table.name, column.name) for table in all_tables for column in table.columns}
            for table_name, column_name in _LOOKED_UP:
                if (table_name, column_name) in columns:
                    database.execute(f'CREATE INDEX "{table_name}_{column_name}" ON "{table_name}" ("{column_name}")')
            if export.level == "trial":
                for view in VIEWS:
                    database.execute(f"CREATE VIEW {view.name} AS {view.query}")
            database.execute("COMMIT")
            database.execute("PRAGMA optimize")
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error


def _definition(table: Table, main: Table) -> str:
    lines = [f'"{column.name}" {_TYPES.get(column.kind, "TEXT")}' for column in table.columns]
    if table.key:
        lines.append(f"PRIMARY KEY ({_names(table.key)})")
    if table is not main and table.key and set(main.key) <= {column.name for column in table.columns}:
        lines.append(f'FOREIGN KEY ({_names(main.key)}) REFERENCES "{main.name}"')
    return f'CREATE TABLE "{table.name}" ({", ".join(lines)})'


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _insert(database: sqlite3.Connection, table: Table, rows: Iterable[Row]) -> None:
    places = ", ".join("?" * len(table.columns))
    statement = f'INSERT INTO "{table.name}" VALUES ({places})'  # noqa: S608 - names of our own
    database.executemany(statement, ([_cell(value) for value in row] for row in rows))


def _cell(value: Value) -> str | int | None:
    if isinstance(value, tuple):
        return joined(value) if value else None
    if value is None or isinstance(value, (str, int)):
        return value
    return value.isoformat(timespec="seconds").replace("+00:00", "Z") if isinstance(value, datetime) else str(value)
