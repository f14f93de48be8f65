"""A DuckDB database: the tables and views of the SQLite one, with lists, days and moments as types, and comments."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb

from scraper.exports.arrow import rows_as_arrow, schema_of
from scraper.exports.columns import Kind
from scraper.exports.dictionary import DICTIONARY, meanings
from scraper.exports.export import Export
from scraper.exports.parquet import in_batches
from scraper.exports.table import Row, Table
from scraper.exports.tables import CHANGES, tables
from scraper.exports.views import VIEWS

_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "storage_compatibility_version": "v1.0.0",  # the oldest DuckDB that can open the file
    "memory_limit": "512MB",  # else it keeps what it has written, up to most of the memory
}

_TYPES: Final = {
    Kind.TEXT: "VARCHAR",
    Kind.INTEGER: "BIGINT",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "VARCHAR",
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMPTZ",
    Kind.LIST: "VARCHAR[]",
}


def write(export: Export, path: Path) -> None:
    """Write the database; memory does not grow with the number of trials."""
    made_of_entries = tables(export.level, with_contacts=export.with_contacts)
    all_tables = (*made_of_entries, CHANGES, DICTIONARY)
    try:
        with closing(duckdb.connect(str(path), config=_SETTINGS)) as database:
            database.execute("BEGIN")
            for table in all_tables:
                _define(database, table)
            database.execute("COMMIT")
            made = export.each(lambda entry: [table.rows(entry) for table in made_of_entries])
            for entries in in_batches(made):
                for place, table in enumerate(made_of_entries):
                    _insert(database, table, [row for rows in entries for row in rows[place]])
            for several in in_batches(map(CHANGES.row, export.changes())):
                _insert(database, CHANGES, several)
            _insert(database, DICTIONARY, [DICTIONARY.row(one) for table in all_tables for one in meanings(table)])
            database.execute("BEGIN")
            if export.level == "trial":
                for view in VIEWS:
                    database.execute(f"CREATE VIEW {view.name} AS {view.query}")
                    database.execute(f"COMMENT ON VIEW {view.name} IS {_quoted(view.description)}")
            database.execute("COMMIT")
            database.execute("CHECKPOINT")
    except (duckdb.IOException, duckdb.TransactionException) as error:  # of a full disk, either
        raise OSError(str(error).partition("\n")[0].rpartition(": ")[2]) from error


def _define(database: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(f'"{column.name}" {_TYPES[column.kind]}' for column in table.columns)
    database.execute(f'CREATE TABLE "{table.name}" ({columns})')
    database.execute(f'COMMENT ON TABLE "{table.name}" IS {_quoted(table.description)}')
    for column in table.columns:
        database.execute(f'COMMENT ON COLUMN "{table.name}"."{column.name}" IS {_quoted(column.meaning)}')


def _insert(database: duckdb.DuckDBPyConnection, table: Table, rows: Iterable[Row]) -> None:
    database.register("arrived", rows_as_arrow(schema_of(table), rows))
    database.execute(f'INSERT INTO "{table.name}" SELECT * FROM arrived')  # noqa: S608 - names of our own
    database.unregister("arrived")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
