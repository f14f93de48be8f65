"""The data dictionary: what each table and column means, from the schema's own docstrings."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from scraper.exports.columns import Kind, text
from scraper.exports.table import Table


class Meaning(NamedTuple):
    """A line of the dictionary."""

    table: str
    column: str | None
    """None where the line is about the table."""
    kind: Kind | None
    field: str | None
    """The canonical field that the column shows; None where it shows none."""
    meaning: str


def meanings(table: Table, name: str = "") -> Iterator[Meaning]:
    """What a table means, and each of its columns.

    Args:
        table: any.
        name: what the format calls it, where that is something else.
    """
    called = name or table.name
    yield Meaning(called, None, None, None, table.description)
    for column in table.columns:
        yield Meaning(called, column.name, column.kind, column.path or None, column.meaning)


DICTIONARY: Final = Table(
    "dictionary",
    "What each table and column means.",
    (
        text("table", "The table.", lambda one: one.table),
        text("column", "The column; blank where the line is about the table.", lambda one: one.column),
        text("type", "What it holds; a `day` is a date, a `moment` a time in UTC.", lambda one: one.kind),
        text("field", "The canonical field that it shows, as `trialpages sites` lists them.", lambda one: one.field),
        text("meaning", "What it means.", lambda one: one.meaning),
    ),
    lambda _: (),
    ("table", "column"),
)
"""Its rows are made of `Meaning`."""
