"""Parquet: nested as the schema is, or flat with the columns of the CSV; the types depend on no data."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeVar

import pyarrow as pa
from pyarrow import parquet

from scraper.exports.arrow import rows_as_arrow, schema_of
from scraper.exports.export import Export
from scraper.exports.main_table import main_table
from scraper.exports.nested import nested_row, nested_schema

AT_ONCE: Final = 500
"""Trials in a group of rows, and in memory: some megabytes, which a reader skips or reads as a whole."""

_Made = TypeVar("_Made")


def write(export: Export, path: Path) -> None:
    """Write one row for each trial or page, with structs and lists."""
    schema = nested_schema(export.level, with_contacts=export.with_contacts)
    _write(path, schema, (pa.Table.from_pylist(rows, schema) for rows in in_batches(export.each(nested_row))))


def write_flat(export: Export, path: Path) -> None:
    """Write one row for each trial or page, with plain columns and lists of texts."""
    table = main_table(export.level, with_contacts=export.with_contacts, alone=True)
    schema = schema_of(table)
    rows = export.each(table.row)
    _write(path, schema, (rows_as_arrow(schema, several) for several in in_batches(rows)))


def in_batches(made: Iterable[_Made]) -> Iterator[list[_Made]]:
    """What was made, some at a time."""
    left = iter(made)
    while several := list(islice(left, AT_ONCE)):
        yield several


def _write(path: Path, schema: Any, groups: Iterable[Any]) -> None:  # noqa: ANN401 - pyarrow has no types
    with parquet.ParquetWriter(path, schema, compression="zstd") as file:
        for group in groups:
            file.write_table(group)
